import { readdirSync, readFileSync } from "node:fs";
import { root } from "./run.mjs";
import { sayFaults } from "./say-faults.mjs";

const folder = `${root}.changeset/`;
const faults = [];

// The product's owner wants the configuration at the root; Changesets reads only its own folder.
const [shown, read] = ["changeset.config.json", ".changeset/config.json"].map((file) =>
  readFileSync(`${root}${file}`, "utf8"),
);
if (Object.keys(JSON.parse(read)).length === 0) faults.push(".changeset/config.json says nothing");
if (shown !== read)
  faults.push("changeset.config.json and .changeset/config.json differ: copy the one you meant over the other.");

// What Changesets itself says only when a release is made.
const packages = readdirSync(`${root}packages`).map(
  (name) => JSON.parse(readFileSync(`${root}packages/${name}/package.json`, "utf8")).name,
);
for (const file of readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "README.md")) {
  const [, head = "", text = ""] = /^---\n([\s\S]*?)---\n([\s\S]*)$/.exec(readFileSync(folder + file, "utf8")) ?? [];
  const lines = head.split("\n").filter((line) => line !== "");
  const wrong = lines.filter((line) => {
    const [, name, size] = /^["']?([^"':]+)["']?: (\w+)$/.exec(line) ?? [];
    return !packages.includes(name) || !["patch", "minor", "major"].includes(size);
  });
  if (lines.length === 0 || text.trim() === "") faults.push(`.changeset/${file} names no package, or says nothing`);
  for (const line of wrong) faults.push(`.changeset/${file}: ${line} is no package of ours with patch, minor or major`);
}
sayFaults(faults);
