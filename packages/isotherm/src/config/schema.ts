import { readFileSync } from "node:fs";

/** As much of a JSON Schema as the configuration's uses. */
export interface SchemaNode {
  readonly type?: "object" | "array" | "string" | "integer" | "boolean";
  readonly properties?: { readonly [name: string]: SchemaNode };
  readonly items?: SchemaNode;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  /** What a value must look like, for people. */
  readonly hint?: string;
}

/** The schema that is shipped in the package as `config.schema.json`: types, defaults and environment come from it. */
export const schema: SchemaNode = JSON.parse(
  readFileSync(new URL("../../config.schema.json", import.meta.url), "utf8"),
) as SchemaNode;

/** The part of the schema at a path of names; array indexes count as a step. Undefined where there is none. */
export function schemaAt(path: readonly string[], node: SchemaNode | undefined = schema): SchemaNode | undefined {
  const [step, ...rest] = path;
  if (step === undefined || node === undefined) return node;
  return schemaAt(rest, node.items ?? node.properties?.[step]);
}
