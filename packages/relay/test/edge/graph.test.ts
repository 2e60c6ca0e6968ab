import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const packages = join(import.meta.dirname, "../../..");
const specifiers =
  /^\s*(?:import|export)\s+(?!type\b)[^"';]*?from\s+"([^"]+)"|^\s*import\s+"([^"]+)"|(?<!typeof )import\(\s*"([^"]+)"/gm;

/** The source of a workspace package's entry, as `@isotherm/protocol/seal`. */
function entryOf(specifier: string): string {
  const [, name = "", rest = ""] = /^@isotherm\/([a-z]+)(\/.*)?$/.exec(specifier) ?? [];
  const { exports } = JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8"));
  return join(packages, name, exports[`.${rest}`]["@isotherm/source"]);
}

/** Every module that is loaded with a file, each with one that loads it; whatever is not of this repository by its name. */
function loadedWith(entry: string): Map<string, string> {
  const found = new Map([[entry, ""]]);
  for (const file of found.keys()) {
    if (!existsSync(file)) continue;
    for (const [, from, bare, lazy] of readFileSync(file, "utf8").matchAll(specifiers)) {
      const specifier = from ?? bare ?? lazy ?? "";
      const loaded = specifier.startsWith(".")
        ? join(dirname(file), specifier.replace(/\.js$/, ".ts"))
        : specifier.startsWith("@isotherm/")
          ? entryOf(specifier)
          : specifier;
      if (!found.has(loaded)) found.set(loaded, file);
    }
  }
  return found;
}

const ownOf = (graph: Map<string, string>): string[] => [...graph.keys()].filter((file) => existsSync(file));
const foreignOf = (graph: Map<string, string>): string[] =>
  [...graph].filter(([file]) => !existsSync(file)).map(([name, by]) => `${name} by ${relative(packages, by)}`);

test("what the core without Node loads is of this repository alone, and evaluates no text", () => {
  const graph = loadedWith(entryOf("@isotherm/relay/edge"));
  expect(foreignOf(graph)).toEqual([]);
  // The graph is followed to its ends: targets, the seal, signatures, compiled validators.
  const own = ownOf(graph).map((file) => relative(packages, file));
  for (const expected of ["relay/src/target/ga4.ts", "protocol/src/hmac.ts", "protocol/src/validate/compiled.ts"]) {
    expect(own).toContain(expected);
  }
  const unfit = ownOf(graph).filter((file) =>
    /\bnew Function\b|\beval\(|\bBuffer\b|\brequire\(/.test(readFileSync(file, "utf8")),
  );
  expect(unfit).toEqual([]);
});

test("the same look at Node's core sees what it is built on", () => {
  const foreign = foreignOf(loadedWith(entryOf("@isotherm/relay"))).join("\n");
  for (const name of ["node:fs/promises", "node:zlib", "undici"]) expect(foreign).toContain(`${name} by`);
});
