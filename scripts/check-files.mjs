import { readFileSync } from "node:fs";
import { root, run } from "./run.mjs";

const maxLines = 300;
const { output } = await run("git", [
  "ls-files",
  "-co",
  "--exclude-standard",
  ":(glob)packages/*/src/**",
  "e2e",
  "examples",
  "scripts",
  "bench",
]);
const faults = [];
for (const file of output.split("\n").filter((name) => /\.(tsx?|mjs)$/.test(name))) {
  const text = readFileSync(`${root}${file}`, "utf8");
  const lines = text.split("\n").length;
  const generated = text.startsWith("// Generated");
  if (lines > maxLines && !generated) faults.push(`${file} has ${lines} lines: split it by idea.`);
  if (/(^|\/)(utils?|helpers?|common|misc)\.(tsx?|mjs)$/.test(file))
    faults.push(`${file}: name the file after what it does.`);
  if (/\b(TODO|FIXME|XXX|HACK)\b/.test(text) && !file.endsWith("check-files.mjs"))
    faults.push(`${file} has an unfinished mark.`);
}
if (faults.length > 0) {
  process.stderr.write(`${faults.join("\n")}\n`);
  process.exitCode = 1;
}
