import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./run.mjs";
import { sayFaults } from "./say-faults.mjs";

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

let seen = 0;

/** The faults of one file, as sentences. */
function faultsOf(name, file) {
  const faults = [];
  for (const [, imported] of readFileSync(file, "utf8").matchAll(specifier)) {
    const target =
      /^@isotherm\/([a-z]+)(\/.*)?$/.exec(imported) ?? (imported === "isotherm" ? [imported, "isotherm"] : null);
    if (target) seen++;
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

/** The sources of a package. */
function sourcesOf(name) {
  const folder = join(root, "packages", name, "src");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

const faults = readdirSync(join(root, "packages"))
  .filter((name) => !(name in arrows))
  .map((name) => `packages/${name} has no line in scripts/check-imports.mjs`);
for (const name of Object.keys(arrows)) {
  const sources = sourcesOf(name);
  if (sources.length === 0) faults.push(`packages/${name}/src has no sources to look at`);
  for (const file of sources) faults.push(...faultsOf(name, file));
}
if (seen === 0) faults.push("no import of another package was found: what is looked for is written in another way");
sayFaults(faults);
