import { readFileSync } from "node:fs";
import { root } from "./run.mjs";

/** Files whose exported unions of codes people meet. */
const sources = [
  "protocol/src/answer.ts",
  "protocol/src/protocol-error.ts",
  "journal/src/journal-error.ts",
  "relay/src/relay-error.ts",
  "collector/src/collector-error.ts",
  "sdk/src/error.ts",
  "isotherm/src/error.ts",
];

const documented = readFileSync(`${root}docs/errors.md`, "utf8");
const faults = sources.flatMap((file) => {
  const unions = readFileSync(`${root}packages/${file}`, "utf8").matchAll(/export type \w+Code =([^;]+);/g);
  const codes = [...unions].flatMap(([, union]) => [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code));
  return codes
    .filter((code) => !documented.includes(`\`${code}\``))
    .map((code) => `docs/errors.md does not explain ${code} of packages/${file}`);
});
if (faults.length > 0) {
  process.stderr.write(`${faults.join("\n")}\n`);
  process.exitCode = 1;
}
