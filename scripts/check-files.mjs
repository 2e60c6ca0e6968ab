import { readFileSync } from "node:fs";
import { listFiles } from "./list-files.mjs";
import { root } from "./run.mjs";
import { sayFaults } from "./say-faults.mjs";

const maxLines = 300;
const files = await listFiles([":(glob)packages/*/src/**", "e2e", "examples", "scripts", "bench"]);
const faults = [];
for (const file of files.filter((name) => /\.(tsx?|mjs)$/.test(name))) {
  const text = readFileSync(`${root}${file}`, "utf8");
  const lines = text.split("\n").length;
  const generated = text.startsWith("// Generated");
  if (lines > maxLines && !generated) faults.push(`${file} has ${lines} lines: split it by idea.`);
  if (/(^|\/)(utils?|helpers?|common|misc)\.(tsx?|mjs)$/.test(file))
    faults.push(`${file}: name the file after what it does.`);
  if (/\b(TODO|FIXME|XXX|HACK)\b/.test(text) && !/^scripts\/(test\/)?check-files\./.test(file))
    faults.push(`${file} has an unfinished mark.`);
}
sayFaults(faults);
