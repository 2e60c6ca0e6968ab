// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type OutputChunk, type Plugin, rollup } from "rollup";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const source = fileURLToPath(new URL("../src/index.ts", import.meta.url));

/** Compiles the package's own files, and leaves the packages it needs outside. */
const compile = (entry: string): Plugin => ({
  name: "compile",
  resolveId(id, importer) {
    if (id === "entry") return id;
    if (!id.startsWith(".") && !id.startsWith("/")) return { id, external: true, moduleSideEffects: false };
    return resolve(dirname(importer ?? source), id).replace(/\.js$/, ".ts");
  },
  load: (id) =>
    id === "entry"
      ? entry
      : ts.transpileModule(readFileSync(id, "utf8"), {
          compilerOptions: { target: ts.ScriptTarget.ES2020, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
        }).outputText,
});

async function bundle(...names: string[]): Promise<OutputChunk[]> {
  const entry = names[0]
    ? `export { ${names.join(", ")} } from ${JSON.stringify(source)};`
    : `import ${JSON.stringify(source)};`;
  const built = await rollup({ input: "entry", plugins: [compile(entry)], onLog() {} });
  const { output } = await built.generate({ format: "es" });
  return [output[0]];
}

/** The files of this package that an import set brings into a bundle. */
async function files(...names: string[]): Promise<string[]> {
  const [chunk] = await bundle(...names);
  return Object.entries(chunk?.modules ?? {})
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([id]) => id.replace(/^.*\/src\//, ""))
    .filter((id) => id.endsWith(".ts"));
}

describe("an import", () => {
  test("of nothing brings nothing: the package has no side effects", async () => {
    expect(await files()).toEqual([]);
  });

  /** What each import may bring of what can be left out; the core, and what it shares with all, is not listed. */
  const brings: { readonly [name: string]: readonly string[] } = {
    start: [],
    attention: ["capture/attention.ts"],
    clicks: ["anchor.ts", "capture/clicks.ts", "hash.ts", "press/position.ts"],
    dead: ["capture/dead.ts", "press/on-press.ts"],
    errors: ["capture/errors.ts"],
    experiments: ["capture/experiments.ts", "hash.ts"],
    forms: ["anchor.ts", "capture/forms.ts", "hash.ts"],
    keyboard: ["capture/keyboard.ts"],
    links: ["capture/links.ts", "press/on-press.ts"],
    moves: ["capture/moves.ts"],
    beacon: ["send/beacon.ts"],
    gzip: ["send/gzip.ts"],
    later: ["outbox/later.ts"],
    namePages: [],
    offline: ["outbox/keeper.ts", "outbox/offline.ts"],
    persist: ["identity/persist.ts"],
    rage: ["capture/rage.ts", "press/on-press.ts"],
    sample: ["identity/sample.ts"],
    sameOriginFrames: ["press/frames.ts"],
    scrolls: ["anchor.ts", "capture/scrolls.ts", "hash.ts"],
    snapshots: ["capture/snapshots.ts", "hash.ts"],
    tracked: ["capture/tracked.ts", "press/on-press.ts"],
    vitals: ["capture/vitals.ts"],
  };
  const packages: { readonly [name: string]: readonly string[] } = {
    offline: ["idb-keyval"],
    vitals: ["web-vitals"],
  };

  test.each(Object.keys(brings))("of %s alone brings nothing else that can be left out", async (name) => {
    const found = await files(name);
    const optional = found.filter((file) => /^(anchor|hash|press|identity|send|capture\/(?!pages)|outbox)/.test(file));
    expect(optional.sort()).toEqual(brings[name]);
    expect(found.includes("start.ts")).toBe(name === "start");
  });

  test.each(Object.keys(brings))("of %s needs no package but its own", async (name) => {
    const [chunk] = await bundle(name);
    expect(chunk?.imports.filter((id) => id !== "@isotherm/protocol")).toEqual(packages[name] ?? []);
    // Nothing but numbers is taken from the protocol: a validator, or a schema, would be twice the SDK.
    expect(chunk?.importedBindings["@isotherm/protocol"] ?? []).toEqual(expect.not.arrayContaining(["schema"]));
    expect(chunk?.code).not.toMatch(/ajv|schema|rrweb/i);
  });

  test("is listed here, if it is one of what `use` takes", async () => {
    const folder = readdirSync(new URL("../src/capture", import.meta.url)).map((file) => file.replace(".ts", ""));
    expect(Object.keys(brings)).toEqual(expect.arrayContaining(folder.filter((name) => name !== "pages")));
  });
});
