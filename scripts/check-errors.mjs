import { readFileSync } from "node:fs";
import { listFiles } from "./list-files.mjs";
import { root } from "./run.mjs";
import { sayFaults } from "./say-faults.mjs";

// Every union of codes that people meet. The dashboard's own are shown to them as sentences.
const files = await listFiles([":(glob)packages/*/src/**/*.ts"]);
const codes = files
  .filter((file) => !file.startsWith("packages/dashboard/"))
  .flatMap((file) => {
    const unions = readFileSync(`${root}${file}`, "utf8").matchAll(/export type \w+Code =([^;]+);/g);
    return [...unions].flatMap(([, union]) => [...union.matchAll(/"(\w+)"/g)].map(([, code]) => ({ file, code })));
  });
if (codes.length === 0) throw new Error("no code was found: what is looked for is written in another way");

const documented = readFileSync(`${root}docs/errors.md`, "utf8");
sayFaults(
  codes
    .filter(({ code }) => !documented.includes(`\`${code}\``))
    .map(({ file, code }) => `docs/errors.md does not explain ${code} of ${file}`),
);
