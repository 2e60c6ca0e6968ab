// Writes src/validate/compiled.ts: ajv's validators as plain code, so that no server carries a compiler or builds
// functions at run time (edge runtimes forbid that). `--check` only compares and exits 1 when the file is stale.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { tsImport } from "tsx/esm/api";

const target = fileURLToPath(new URL("../src/validate/compiled.ts", import.meta.url));
const schema = await tsImport("../src/schema/index.ts", import.meta.url);

const schemas = {
  envelope: schema.envelopeHeadSchema,
  batch: schema.batchHeadSchema,
  edge: schema.edgeSchema,
  snapshot: schema.snapshotHeadSchema,
  ...Object.fromEntries(Object.entries(schema.eventSchemas).map(([type, event]) => [`event:${type}`, event])),
};

const ajv = new Ajv2020({
  code: { source: true, esm: true, lines: false },
  inlineRefs: true,
  strict: true,
  strictTypes: false,
  strictTuples: false,
});
for (const [name, value] of Object.entries(schemas)) ajv.addSchema(value, name);

const exported = Object.keys(schemas).map((name, index) => [`validator${index}`, name]);
let code = standalone.default(ajv, Object.fromEntries(exported));

// ajv's only helper counts characters. Ours does the same without its package, and only where the length in UTF-16
// units, which is never smaller, leaves it open.
code = code
  .replace(/^"use strict";/, "")
  .replace(/const (func\d+) = require\("ajv\/dist\/runtime\/ucs2length"\)\.default;/g, "const $1 = characters;")
  .replace(/func\d+\((data\d*)\) < 1\b/g, "$1.length < 1")
  .replace(/(func\d+)\((data\d*)\) > (\d+)/g, "$2.length > $3 && $1($2) > $3");
if (/\brequire\(|\bimport\b/.test(code)) throw new Error("the generated code needs a helper of ajv's: inline it here");

const names = [];
for (const [variable, name] of exported) {
  const found = new RegExp(`export const ${variable} = (\\w+);`).exec(code);
  if (found === null) throw new Error(`ajv exported nothing for ${name}`);
  code = code.replace(found[0], "");
  names.push(`  ${JSON.stringify(name)}: ${found[1]},`);
}

const text = `// Generated from src/schema by scripts/compile-validators.mjs: do not edit.
// @ts-nocheck
import { characters } from "./characters.js";
import type { Validator } from "./validator.js";

${code.trim()}

export const compiled: { readonly [schema: string]: Validator } = {
${names.join("\n")}
};
`;

if (process.argv.includes("--check")) {
  if ((await readFile(target, "utf8").catch(() => "")) !== text) {
    console.error("src/validate/compiled.ts is stale: run `node scripts/compile-validators.mjs` in packages/protocol");
    process.exitCode = 1;
  }
} else await writeFile(target, text);
