import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./run.mjs";

/** Which workspace packages each package may import; anything else is refused. */
const arrows = {
  protocol: [],
  journal: [],
  sdk: ["protocol"],
  react: ["sdk"],
  vue: ["sdk"],
  dashboard: ["protocol"],
  relay: ["protocol", "journal"],
  collector: ["protocol", "journal", "dashboard"],
  isotherm: ["protocol", "journal", "relay", "collector", "sdk"],
};

/** Entries of a package that an importer may not use: the browser gets types and limits, never schemas or signatures. */
const onlyMainEntry = { sdk: ["protocol"], dashboard: ["protocol"] };

const specifier = /(?:from|import|export\s*\*\s*from|import\()\s*["']([^"']+)["']/g;

/** The faults of one file, as sentences. */
function faultsOf(name, file) {
  const faults = [];
  for (const [, imported] of readFileSync(file, "utf8").matchAll(specifier)) {
    const target =
      /^@isotherm\/([a-z]+)(\/.*)?$/.exec(imported) ?? (imported === "isotherm" ? [imported, "isotherm"] : null);
    if (target && target[1] !== name) {
      if (!arrows[name].includes(target[1])) faults.push(`imports ${imported}, which ${name} may not`);
      else if (target[2] && onlyMainEntry[name]?.includes(target[1]))
        faults.push(`imports ${imported}; only its main entry is allowed`);
    }
    if (imported.startsWith(".")) {
      const inside = relative(join(root, "packages", name), join(file, "..", imported));
      if (inside.startsWith("..")) faults.push(`reaches out of its package with ${imported}`);
      if (!/\.(js|json|css)$/.test(imported)) faults.push(`imports ${imported} without its ending`);
    }
  }
  return faults.map((fault) => `${relative(root, file)} ${fault}`);
}

const faults = [];
for (const name of readdirSync(join(root, "packages"))) {
  if (!(name in arrows)) {
    faults.push(`packages/${name} has no line in scripts/check-imports.mjs`);
    continue;
  }
  for (const entry of readdirSync(join(root, "packages", name, "src"), { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && /\.tsx?$/.test(entry.name))
      faults.push(...faultsOf(name, join(entry.parentPath, entry.name)));
  }
}
if (faults.length > 0) {
  process.stderr.write(`${faults.join("\n")}\n`);
  process.exitCode = 1;
}
