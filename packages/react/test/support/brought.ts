import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { rollup } from "rollup";
import ts from "typescript";

const compilerOptions = { target: ts.ScriptTarget.ES2020, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };

/** What an app bundles of the package in `folder` that imports `name` from one of its entries: its own files, and the packages they need. */
export async function brought(folder: string, entry: string, name: string): Promise<readonly string[]> {
  const { sideEffects } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const source = `${folder}/src/${entry}`;
  const built = await rollup({
    input: "app",
    onLog() {},
    plugins: [
      {
        name: "compile",
        resolveId(id, importer = source) {
          if (id === "app") return id;
          if (!/^[./]/.test(id)) return { id, external: true, moduleSideEffects: false };
          return { id: resolve(dirname(importer), id).replace(/\.js$/, ".ts"), moduleSideEffects: sideEffects };
        },
        load: (id) =>
          id === "app"
            ? `export { ${name} } from ${JSON.stringify(source)};`
            : ts.transpileModule(readFileSync(id, "utf8"), { compilerOptions }).outputText,
      },
    ],
  });
  const { output } = await built.generate({ format: "es" });
  const own = Object.entries(output[0].modules)
    .filter(([id, { renderedLength }]) => id !== "app" && renderedLength > 0)
    .map(([id]) => relative(`${folder}/src`, id));
  return [...own, ...output[0].imports].sort();
}
