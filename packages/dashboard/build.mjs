import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import resolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import typescript from "@rollup/plugin-typescript";
import { rollup } from "rollup";

const budget = 60 * 1024;
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
const { output } = await bundle.generate({ format: "es", inlineDynamicImports: true });
await bundle.close();
const [{ code }] = output;

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
const script = hashed("dashboard", "js", code);
const sheet = hashed("dashboard", "css", style);
const page = (await readFile(`${source}/index.html`, "utf8")).replace("%style%", sheet).replace("%script%", script);

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await writeFile(`${target}/${script}`, code);
await writeFile(`${target}/${sheet}`, style);
await copyFile(`${source}/icon.svg`, `${target}/icon.svg`);
await writeFile(`${target}/index.html`, page);

const sizes = { "index.html": page, [sheet]: style, [script]: code };
let total = 0;
for (const [name, text] of Object.entries(sizes)) {
  const bytes = gzipSync(text, { level: 9 }).length;
  total += bytes;
  process.stdout.write(`${name.padEnd(28)} ${(bytes / 1024).toFixed(1).padStart(6)} KB gzip\n`);
}
process.stdout.write(
  `${"first load".padEnd(28)} ${(total / 1024).toFixed(1).padStart(6)} KB gzip of ${budget / 1024}\n`,
);
if (total > budget) throw new Error(`The first load is over its budget of ${budget} bytes of gzip.`);
