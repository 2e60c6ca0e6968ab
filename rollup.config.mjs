import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import typescript from "@rollup/plugin-typescript";

// `tsc -b` writes the declarations; this writes the JavaScript beside them, for npm and for a script tag.
const sdk = "packages/sdk";
const out = `${sdk}/dist`;
const { version } = JSON.parse(readFileSync(`${sdk}/package.json`, "utf8"));

const compile = (folder) =>
  typescript({
    tsconfig: `${sdk}/tsconfig.json`,
    // The plugin emits JavaScript only, and resolves packages as their users do.
    compilerOptions: {
      module: "ESNext",
      outDir: folder,
      composite: false,
      declaration: false,
      isolatedDeclarations: false,
      emitDeclarationOnly: false,
      customConditions: [],
    },
  });

const minify = () => terser({ ecma: 2020, module: true, compress: { passes: 3, ecma: 2020 } });

/** Gives the source the version of the package that is being built. */
const stamp = {
  name: "stamp",
  transform: (code, id) => (/src\/version\.ts$/.test(id) ? { code: code.replace("0.0.0", version), map: null } : null),
};

const lazy = readdirSync(`${sdk}/src/script/lazy`).map((file) => file.replace(/\.ts$/, ""));
const files = {};
let lazyName = "";

/**
 * Gives lazily loaded files names that the loader can tell by itself: one hash for all, and four letters of what they
 * hold. Whole words are what filter lists look for.
 */
const nameLazyFiles = {
  name: "name-lazy-files",
  generateBundle(_, bundle) {
    const entries = Object.values(bundle).filter(({ isEntry }) => isEntry);
    const hash = createHash("sha256");
    for (const { code } of entries) hash.update(code);
    lazyName = hash.digest("hex").slice(0, 8);
    for (const chunk of entries) chunk.fileName = `${lazyName}${chunk.name.slice(0, 4)}.js`;
    const names = new Set(entries.map(({ fileName }) => fileName));
    if (names.size < entries.length) this.error("Two captures of the script tag begin with the same four letters.");
  },
};
const writeLazyName = {
  name: "write-lazy-name",
  transform: (_, id) =>
    /src\/script\/lazy-name\.ts$/.test(id)
      ? { code: `export const lazyName = ${JSON.stringify(lazyName)};`, map: null }
      : null,
};

const sri = (code) => `sha384-${createHash("sha384").update(code).digest("base64")}`;

/** Notes each file's integrity and size; the last build writes the manifest that a server reads. */
const manifest = (write) => ({
  name: "manifest",
  generateBundle(_, bundle) {
    for (const { fileName, code, type } of Object.values(bundle))
      if (type === "chunk") files[fileName] = { sri: sri(code), bytes: Buffer.byteLength(code) };
    if (write) {
      const source = `${JSON.stringify({ entry: "isotherm.js", stub: "stub.js", version, files }, null, 2)}\n`;
      this.emitFile({ type: "asset", fileName: "manifest.json", source });
    }
  },
});

const classic = (name, plugins, last) => ({
  input: `${sdk}/src/script/${name}.ts`,
  output: { file: `${out}/script/${name}.js`, format: "iife" },
  plugins: [compile(`${out}/script`), stamp, ...plugins, nodeResolve(), minify(), manifest(last)],
});

// rrweb-snapshot brings a parser of style sheets along, which only its other half uses.
const halfOfRrweb = { manualPureFunctions: ["__commonJSMin", "__toESM"] };

rmSync(`${out}/script`, { recursive: true, force: true });

export default [
  {
    input: `${sdk}/src/index.ts`,
    output: { dir: out, format: "es", preserveModules: true, preserveModulesRoot: `${sdk}/src`, sourcemap: true },
    external: ["@isotherm/protocol", "rrweb-snapshot", "web-vitals"],
    plugins: [compile(out), stamp],
  },
  {
    // Over the file that the build before wrote: a site's bundler would take in all of rrweb-snapshot.
    input: `${sdk}/src/snapshot/picture.ts`,
    output: { file: `${out}/snapshot/picture.js`, format: "es", sourcemap: true },
    external: ["@isotherm/protocol"],
    treeshake: halfOfRrweb,
    plugins: [compile(`${out}/snapshot`), nodeResolve()],
  },
  {
    input: Object.fromEntries(lazy.map((name) => [name, `${sdk}/src/script/lazy/${name}.ts`])),
    output: {
      dir: `${out}/script`,
      format: "es",
      chunkFileNames: "[hash].js",
    },
    treeshake: halfOfRrweb,
    plugins: [compile(`${out}/script`), stamp, nodeResolve(), minify(), nameLazyFiles, manifest(false)],
  },
  classic("isotherm", [writeLazyName], false),
  classic("stub", [], true),
];
