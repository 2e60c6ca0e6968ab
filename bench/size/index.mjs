import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { budgets, builtSdk, bundled, codeOf } from "../../scripts/sdk-sizes.mjs";
import { peers } from "./peers.mjs";

const bench = fileURLToPath(new URL("..", import.meta.url));

const measure = (code) => ({
  minified: Buffer.byteLength(code),
  gzip: gzipSync(code, { level: 9 }).length,
  brotli: brotliCompressSync(code).length,
});

const sum = (sizes) =>
  sizes.reduce((all, { minified, gzip, brotli }) => ({
    minified: all.minified + minified,
    gzip: all.gzip + gzip,
    brotli: all.brotli + brotli,
  }));

const number = (bytes) => bytes.toLocaleString("en");

/**
 * What a page downloads: each set of our imports and our script tag beside others' packages, all bundled, minified and
 * compressed by the same code.
 */
export async function size({ print }) {
  if (!existsSync(`${builtSdk}/script/manifest.json`))
    throw new Error("there is no build to measure: run `pnpm build`");
  const ours = new Map();
  for (const budget of budgets) {
    if (budget.beside) continue;
    const name = budget.script ? `script tag: ${budget.script}` : (budget.name ?? budget.imports.join(", "));
    ours.set(name, measure(await codeOf(budget)));
    print(`size: ${name}`);
  }
  const { files, stub } = JSON.parse(readFileSync(`${builtSdk}/script/manifest.json`, "utf8"));
  const used = Object.keys(files).filter((file) => file !== stub);
  ours.set(
    "script tag with every capture and offline",
    sum(used.map((file) => measure(readFileSync(`${builtSdk}/script/${file}`, "utf8")))),
  );

  const rows = [...ours].map(([name, sizes]) => row("Isotherm", name, sizes, ""));
  for (const { package: name, entry, source, contains, beside } of peers) {
    const sizes = measure(await bundled(source, bench));
    const { version } = JSON.parse(readFileSync(`${bench}node_modules/${name}/package.json`, "utf8"));
    const ratio = beside === undefined ? "–" : `${(sizes.brotli / ours.get(beside).brotli).toFixed(1)} × (${beside})`;
    rows.push(row(`${entry ?? name} ${version}`, contains, sizes, ratio));
    print(`size: ${name} ${version}`);
  }
  return {
    title: "Size in the page",
    intro:
      "Bytes that a page downloads. Everything is bundled by rollup, minified by terser for ES2020 with three passes, and compressed by Node's gzip (9) and brotli (11) in the same run; our script tag's files are as they are served.",
    columns: ["package", "what is in it", "minified", "gzip", "brotli", "brotli beside ours"],
    rows,
    notes: [
      "The last column divides by the set of our imports that does the most similar work; no two of these do the same, and what only another's row names ours does not record.",
      "A package is imported by its main entry, as its manual says; what it loads later from a server of its own is not counted.",
      "The other packages are under MIT or Apache-2.0, and installed for this comparison only.",
    ],
  };
}

const row = (name, contains, { minified, gzip, brotli }, ratio) => [
  name,
  contains,
  number(minified),
  number(gzip),
  number(brotli),
  ratio,
];
