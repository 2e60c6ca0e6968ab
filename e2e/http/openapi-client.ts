import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import openapiTypes, { astToString } from "openapi-typescript";
import ts from "typescript";
import { root } from "../kit/process.js";

/** One question of the document, with the values that it is asked with. */
export interface Question {
  readonly path: string;
  readonly values: { readonly path: object; readonly query: object };
}

/** What came back. */
export interface Answered {
  readonly path: string;
  readonly status: number;
  readonly data: unknown;
}

/** Asks every question of a collector, as a program does that was written against the document's types. */
export type AskAll = (url: string, headers: { readonly [name: string]: string }) => Promise<readonly Answered[]>;

/**
 * Makes a client of an OpenAPI document: its types by openapi-typescript, requests by openapi-fetch. Throws the compiler's
 * words where a question, or the name of a parameter, is none of the document's.
 */
export async function clientOf(document: object, questions: readonly Question[]): Promise<AskAll> {
  const cache = join(root, "e2e/node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  // Below node_modules, so that it finds what it imports.
  const folder = mkdtempSync(join(cache, "openapi-"));
  try {
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "schema.d.ts"), astToString(await openapiTypes(document as never)));
    const source = programOf(questions);
    writeFileSync(join(folder, "client.ts"), source);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: "nodenext",
      target: "es2022",
      types: [],
      lib: ["es2022", "dom"],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["client.ts"] }));
    try {
      const options = { cwd: folder, encoding: "utf8", stdio: "pipe" } as const;
      execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", "."], options);
    } catch (error) {
      throw new Error(`the generated client does not compile:\n${(error as { stdout?: string }).stdout}`);
    }
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    const script = join(folder, "client.js");
    writeFileSync(script, outputText);
    const { askAll } = (await import(pathToFileURL(script).href)) as { askAll: AskAll };
    return askAll;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Without what has no parameters of its kind, which has no place in the types. */
const given = (values: Question["values"]): object =>
  Object.fromEntries(Object.entries(values).filter(([, some]) => Object.keys(some).length > 0));

function programOf(questions: readonly Question[]): string {
  const asked = questions.map(
    ({ path, values }) => `  {
    const { data, response } = await client.GET(${JSON.stringify(path)}, ${JSON.stringify({ params: given(values) })});
    answered.push({ path: ${JSON.stringify(path)}, status: response.status, data });
  }`,
  );
  return `import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

type Answered = { path: string; status: number; data: unknown };

export async function askAll(baseUrl: string, headers: Record<string, string>): Promise<Answered[]> {
  const client = createClient<paths>({ baseUrl, headers });
  const answered: Answered[] = [];
${asked.join("\n")}
  return answered;
}
`;
}
