import { existsSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { minify } from "terser";
import { root } from "./run.mjs";

const built = `${root}packages/sdk/dist`;

/** What a visitor downloads for each set of imports, in bytes: a limit that fails the check, and a goal to work towards. */
const budgets = [
  { imports: ["start"], limit: 2_800, goal: 2_400 },
  { imports: ["start", "clicks", "moves", "scrolls"], limit: 4_800, goal: 3_900 },
  { imports: ["start", "clicks", "moves", "scrolls", "offline"], limit: 5_700, goal: 4_800 },
  { script: "isotherm.js", limit: 3_400, goal: 3_400 },
  { script: "stub.js", limit: 450, goal: 450 },
];

const size = (code) => brotliCompressSync(code).length;

/** Bundles, minifies and compresses an entry, the way a site does that ships ES2020. */
async function bundled(source) {
  const entry = "\0entry";
  const bundle = await rollup({
    input: entry,
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? source : null),
      },
      nodeResolve(),
    ],
  });
  const { output } = await bundle.generate({ format: "es" });
  const { code } = await minify(output[0].code, { ecma: 2020, module: true, compress: { passes: 3 } });
  return code;
}

async function measured({ imports, script }) {
  if (script) {
    const { code } = await minify(
      await (await import("node:fs/promises")).readFile(`${built}/script/${script}`, "utf8"),
    );
    return size(code);
  }
  return size(await bundled(`export { ${imports.join(", ")} } from ${JSON.stringify(`${built}/index.js`)};`));
}

if (!existsSync(`${built}/index.js`)) {
  process.stderr.write("There is no build to measure: run `pnpm build` first.\n");
  process.exit(1);
}

let over = false;
process.stdout.write("bytes  limit   goal  import (minified ES2020, brotli)\n");
for (const budget of budgets) {
  const bytes = await measured(budget);
  const name = budget.script ?? budget.imports.join(", ");
  const columns = [bytes, budget.limit, budget.goal].map((number) => String(number).padStart(5)).join("  ");
  process.stdout.write(`${columns}  ${name}${bytes > budget.limit ? "  OVER THE LIMIT" : ""}\n`);
  over ||= bytes > budget.limit;
}
if (over) process.exitCode = 1;
