// @vitest-environment node
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Plugin, rollup } from "rollup";
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

/** The files of this package that an import set brings into a bundle. */
async function files(...names: string[]): Promise<string[]> {
  const entry = names[0]
    ? `export { ${names.join(", ")} } from ${JSON.stringify(source)};`
    : `import ${JSON.stringify(source)};`;
  const bundle = await rollup({ input: "entry", plugins: [compile(entry)], onLog() {} });
  const { output } = await bundle.generate({ format: "es" });
  return Object.entries(output[0].modules)
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([id]) => id.replace(/^.*\/src\//, ""))
    .filter((id) => id.endsWith(".ts"));
}

describe("an import", () => {
  test("of nothing brings nothing: the package has no side effects", async () => {
    expect(await files()).toEqual([]);
  });

  test.each(["start", "clicks", "moves", "scrolls", "offline", "experiments", "namePages"])(
    "of %s alone brings no other capture",
    async (name) => {
      const optional = [
        "capture/clicks.ts",
        "capture/moves.ts",
        "capture/scrolls.ts",
        "outbox/offline.ts",
        "capture/experiments.ts",
      ];
      const expected = optional.filter((file) => file.endsWith(`/${name}.ts`));
      const found = await files(name);
      expect(found.filter((file) => optional.includes(file))).toEqual(expected);
      expect(found.includes("anchor.ts")).toBe(name === "clicks" || name === "scrolls");
      expect(found.includes("start.ts")).toBe(name === "start");
      expect(found.some((file) => file.startsWith("press/"))).toBe(name === "clicks");
    },
  );
});
