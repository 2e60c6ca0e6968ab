import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import resolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import typescript from "@rollup/plugin-typescript";
import { rollup } from "rollup";

const budget = 60 * 1024;
const wholeBudget = 150 * 1024;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const source = here("src/app");
const target = here("dist/app");

const bundle = await rollup({
  input: `${source}/main.tsx`,
  plugins: [
    resolve({ browser: true, exportConditions: ["@isotherm/source"], extensions: [".mjs", ".js", ".ts", ".tsx"] }),
    typescript({
      tsconfig: here("src/app/tsconfig.json"),
      filterRoot: here("../.."),
      noEmitOnError: true,
    }),
    terser({ ecma: 2022, module: true, compress: { passes: 2 } }),
  ],
  onLog(level, log, handler) {
    if (level === "warn") throw new Error(log.message);
    handler(level, log);
  },
});
// What is loaded only when it is needed has files of its own.
const { output } = await bundle.generate({
  format: "es",
  entryFileNames: "dashboard-[hash].js",
  chunkFileNames: "[name]-[hash].js",
});
await bundle.close();
const [{ fileName: script, code }, ...later] = output;

// Comments and indentation are all that is worth taking out before gzip.
const sheets = (await readdir(`${source}/style`)).filter((name) => name.endsWith(".css")).sort();
const styles = await Promise.all(sheets.map((name) => readFile(`${source}/style/${name}`, "utf8")));
const style = styles
  .join("\n")
  .replace(/\/\*[\s\S]*?\*\//g, "")
  .replace(/\s*\n\s*/g, "\n")
  .trim();

const hashed = (name, extension, text) =>
  `${name}-${createHash("sha256").update(text).digest("hex").slice(0, 10)}.${extension}`;
const sheet = hashed("dashboard", "css", style);
const page = (await readFile(`${source}/index.html`, "utf8")).replace("%style%", sheet).replace("%script%", script);

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
for (const chunk of output) await writeFile(`${target}/${chunk.fileName}`, chunk.code);
await writeFile(`${target}/${sheet}`, style);
for (const file of ["icon.svg", "snapshot.html"]) await copyFile(`${source}/${file}`, `${target}/${file}`);
await writeFile(`${target}/index.html`, page);

const sizes = { "index.html": page, [sheet]: style, [script]: code };
const weigh = (name, text) => {
  const bytes = gzipSync(text, { level: 9 }).length;
  process.stdout.write(`${name.padEnd(28)} ${(bytes / 1024).toFixed(1).padStart(6)} KB gzip\n`);
  return bytes;
};
let total = 0;
for (const [name, text] of Object.entries(sizes)) {
  total += weigh(name, text);
}
process.stdout.write(
  `${"first load".padEnd(28)} ${(total / 1024).toFixed(1).padStart(6)} KB gzip of ${budget / 1024}\n`,
);
let all = total;
for (const chunk of later) all += weigh(chunk.fileName, chunk.code);
if (all > wholeBudget) throw new Error(`All files together are over their budget of ${wholeBudget} bytes of gzip.`);
if (total > budget) throw new Error(`The first load is over its budget of ${budget} bytes of gzip.`);
