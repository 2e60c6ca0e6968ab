import { existsSync, readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { minify } from "terser";
import { root } from "./run.mjs";

const built = `${root}packages/sdk/dist`;

/**
 * What a visitor downloads for each set of imports, in bytes: the limit of the design, a goal to work towards, and a
 * ceiling where the limit is not met yet. A row fails over its ceiling, so that it can only come down.
 */
const budgets = [
  { imports: ["start"], limit: 2_800, goal: 2_400, ceiling: 3_240 },
  { imports: ["start", "clicks", "moves", "scrolls"], limit: 4_800, goal: 3_900, ceiling: 6_000 },
  { imports: ["start", "clicks", "moves", "scrolls", "offline"], limit: 5_700, goal: 4_800, ceiling: 7_330 },
  { script: "isotherm.js", limit: 3_400, goal: 3_400, ceiling: 3_520 },
  { script: "stub.js", limit: 450, goal: 450, ceiling: 680 },
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

const measured = async ({ imports, script }) =>
  script
    ? size(readFileSync(`${built}/script/${script}`))
    : size(await bundled(`export { ${imports.join(", ")} } from ${JSON.stringify(`${built}/index.js`)};`));

if (!existsSync(`${built}/script/manifest.json`)) {
  process.stderr.write("There is no build to measure: run `pnpm build` first.\n");
  process.exit(1);
}

process.stdout.write("bytes  limit   goal  import (minified ES2020, brotli)\n");
for (const budget of budgets) {
  const bytes = await measured(budget);
  const name = budget.script ?? budget.imports.join(", ");
  const columns = [bytes, budget.limit, budget.goal].map((number) => String(number).padStart(5)).join("  ");
  const over = bytes - budget.limit;
  process.stdout.write(
    `${columns}  ${name}${over > 0 ? ` (${over} over the limit; ceiling ${budget.ceiling})` : ""}\n`,
  );
  if (bytes > Math.max(budget.limit, budget.ceiling)) {
    process.stderr.write(`${name} has grown over its ceiling of ${budget.ceiling} bytes.\n`);
    process.exitCode = 1;
  }
}
