import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { listFiles } from "./list-files.mjs";
import { root } from "./run.mjs";
import { sayFaults } from "./say-faults.mjs";

// What users of our packages install with them, and what is built into them, they may use and change as they like.
const permissive = [
  ...["MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "BlueOak-1.0.0", "Unlicense", "CC0-1.0"],
];

/** Packages whose development dependencies end up in what they ship. */
const bundled = ["packages/dashboard", "packages/sdk"];

/** Whether an SPDX expression leaves a way to use it that asks for no more than its notice: one of several, or all together. */
function isPermissive(licence) {
  const names = licence.replaceAll(/[()]/g, "").split(/ (?:AND|OR) /i);
  const isListed = (name) => permissive.includes(name.trim());
  return / AND /i.test(licence) ? names.every(isListed) : names.some(isListed);
}

/** The folder of a package as Node finds it from another one's; undefined where it is not installed. */
function folderOf(name, from) {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, "node_modules", name);
    if (existsSync(join(folder, "package.json"))) return realpathSync(folder);
    if (at === dirname(at)) return undefined;
  }
}

const seen = new Set();
const faults = [];
const queue = [];

/** Notes what a package needs to run, or uses where it is there. */
function follow(folder, manifest, by) {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest;
  const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
  for (const name of [...peers, ...Object.keys({ ...optionalDependencies, ...dependencies })]) {
    const found = folderOf(name, folder);
    if (found) queue.push({ folder: found, by: [...by, name] });
    else if (name in dependencies && !(name in optionalDependencies))
      faults.push(`${by.join(" > ")} needs ${name}, which is not installed`);
  }
}

for (const file of await listFiles([":(glob)packages/*/package.json"])) {
  const folder = dirname(join(root, file));
  const manifest = JSON.parse(readFileSync(join(root, file), "utf8"));
  seen.add(folder);
  const dev = bundled.includes(dirname(file)) ? manifest.devDependencies : {};
  follow(folder, { ...manifest, dependencies: { ...manifest.dependencies, ...dev } }, [manifest.name]);
}
const ours = seen.size;
for (let next = queue.shift(); next; next = queue.shift()) {
  const { folder, by } = next;
  if (seen.has(folder)) continue;
  seen.add(folder);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const { license, licenses, version } = manifest;
  const stated = license ?? licenses?.map(({ type }) => type).join(" OR ") ?? "";
  const licence = typeof stated === "string" ? stated : (stated.type ?? "");
  if (!isPermissive(licence)) faults.push(`${by.join(" > ")} ${version} is under ${licence || "no licence"}`);
  follow(folder, manifest, by);
}
if (seen.size === ours) faults.push("no package was looked at: what is needed lies elsewhere");
sayFaults(faults);
