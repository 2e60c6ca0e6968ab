import { readFileSync } from "node:fs";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { minify } from "terser";
import { root } from "./run.mjs";

/** Where the SDK's build lies. */
export const builtSdk = `${root}packages/sdk/dist`;

/**
 * What a visitor downloads for each set of imports, in bytes of brotli: the limit of the design, a goal to work towards,
 * and a ceiling where the limit is not met yet. A row fails over its ceiling, so that it can only come down. What a row
 * is `beside` is subtracted.
 */
export const budgets = [
  { imports: ["start"], limit: 2_800, goal: 2_400, ceiling: 3_105 },
  { imports: ["start", "clicks", "moves", "scrolls"], limit: 4_800, goal: 3_900, ceiling: 5_080 },
  { imports: ["start", "clicks", "moves", "scrolls", "offline"], limit: 5_700, goal: 4_800, ceiling: 6_295 },
  {
    name: "everything but vitals and snapshots",
    imports: [
      "start",
      "attention",
      "clicks",
      "dead",
      "errors",
      "experiments",
      "forms",
      "keyboard",
      "links",
      "moves",
      "namePages",
      "offline",
      "rage",
      "sameOriginFrames",
      "scrolls",
      "tracked",
    ],
    limit: 8_000,
    goal: 7_000,
    ceiling: 8_635,
  },
  {
    name: "what vitals adds to start",
    imports: ["start", "vitals"],
    beside: ["start"],
    limit: 2_900,
    goal: 2_900,
    ceiling: 2_900,
  },
  {
    name: "what snapshots adds to start, before a picture is wanted",
    imports: ["start", "snapshots"],
    beside: ["start"],
    limit: 1_000,
    goal: 800,
    ceiling: 1_000,
  },
  { name: "what snapshots loads then", lazy: "snapshot/picture", limit: 9_000, goal: 8_000, ceiling: 9_000 },
  {
    name: "@isotherm/react, without React and the SDK",
    adapter: "react/dist/index.js",
    limit: 560,
    goal: 500,
    ceiling: 560,
  },
  {
    name: "@isotherm/react/react-router, likewise",
    adapter: "react/dist/react-router.js",
    limit: 220,
    goal: 200,
    ceiling: 220,
  },
  { name: "@isotherm/react/next, likewise", adapter: "react/dist/next.js", limit: 480, goal: 450, ceiling: 480 },
  { name: "@isotherm/vue, without Vue and the SDK", adapter: "vue/dist/index.js", limit: 600, goal: 550, ceiling: 600 },
  { name: "@isotherm/vue/router, likewise", adapter: "vue/dist/router.js", limit: 220, goal: 200, ceiling: 220 },
  { script: "isotherm.js", limit: 3_400, goal: 3_400, ceiling: 3_400 },
  { script: "stub.js", limit: 450, goal: 450, ceiling: 512 },
];

/** What is loaded only when it is needed, from a file of its own. */
const later = [/\/snapshot\/picture\.js$/];

/** What an adapter stands on, which its own size is without. */
const below = [/^@isotherm\/sdk$/, /^react(\/|$)/, /^next\//, /^vue$/];

/**
 * Bundles and minifies an entry, the way a site does that ships ES2020; its imports are resolved from the folder `from`,
 * but for those that `external` matches.
 *
 * @param {string} source
 * @param {string} from
 * @param {readonly RegExp[]} external
 * @returns {Promise<string>}
 */
export async function bundled(source, from = root, external = []) {
  const entry = "\0entry";
  const bundle = await rollup({
    input: entry,
    external: [...external],
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? source : null),
      },
      nodeResolve({ rootDir: from, browser: true }),
    ],
    onwarn(warning) {
      // A package that is not found would be left out of the bundle, and the bundle be small.
      if (warning.code === "UNRESOLVED_IMPORT") throw new Error(warning.message);
    },
  });
  const { output } = await bundle.generate({ format: "es", inlineDynamicImports: true });
  const { code } = await minify(output[0].code, { ecma: 2020, module: true, compress: { passes: 3 } });
  return code;
}

/** The code of a budget's row as a visitor downloads it, not yet compressed. */
export const codeOf = ({ imports, script, adapter, lazy }) => {
  if (script) return readFileSync(`${builtSdk}/script/${script}`, "utf8");
  if (adapter) return bundled(`export * from ${JSON.stringify(`${root}packages/${adapter}`)};`, root, below);
  if (lazy) return bundled(`export * from ${JSON.stringify(`${builtSdk}/${lazy}.js`)};`);
  return bundled(`export { ${imports.join(", ")} } from ${JSON.stringify(`${builtSdk}/index.js`)};`, root, later);
};
