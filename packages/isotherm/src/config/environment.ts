import { CommandError } from "../error.js";
import { nearest } from "./nearest.js";
import { type SchemaNode, schema } from "./schema.js";

/** A variable that overrides one field of the file. */
export interface Variable {
  /** As `ISOTHERM_RELAY_PORT`. */
  readonly name: string;
  /** As `["relay", "port"]`. */
  readonly path: readonly string[];
  readonly node: SchemaNode;
}

/** Names that other parts of the command read by themselves. */
const others: readonly string[] = ["ISOTHERM_CONFIG", "ISOTHERM_ADMIN_KEY"];

/** One variable per field that is a text, a number, a switch or a list of texts: there is no second list to forget. */
export const variables: readonly Variable[] = collect(schema, []);

function collect(node: SchemaNode, path: readonly string[]): Variable[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const here = [...path, name];
    if (name === "$schema") return [];
    if (child.type === "object") return collect(child, here);
    if (child.type === "array" && child.items?.type !== "string") return [];
    return [{ name: variableName(here), path: here, node: child }];
  });
}

function variableName(path: readonly string[]): string {
  return `ISOTHERM_${path.map((step) => step.replace(/[A-Z]/g, (capital) => `_${capital}`).toUpperCase()).join("_")}`;
}

/** What the environment sets, as part of a configuration. Lists are separated by commas. Empty variables count as absent. */
export function fromEnvironment(environment: NodeJS.ProcessEnv): { [name: string]: unknown } {
  const config: { [name: string]: unknown } = {};
  for (const { name, path, node } of variables) {
    const text = environment[name];
    if (text !== undefined && text !== "") set(config, path, read(name, text, node));
  }
  return config;
}

/** Variables that look like ours and are not, each with what was probably meant. */
export function strangers(environment: NodeJS.ProcessEnv): readonly string[] {
  const names = [...variables.map((variable) => variable.name), ...others];
  return Object.keys(environment)
    .filter((name) => name.startsWith("ISOTHERM_") && !names.includes(name))
    .flatMap((name) => {
      const meant = nearest(name, names);
      return meant === undefined ? [] : [`${name} is set but unknown; did you mean ${meant}?`];
    });
}

function read(name: string, text: string, node: SchemaNode): unknown {
  if (node.type === "integer") {
    if (/^\d+$/.test(text)) return Number(text);
    throw new CommandError("config_invalid", `${name}: must be a whole number, is ${JSON.stringify(text)}`);
  }
  if (node.type === "boolean") {
    if (text === "true" || text === "false") return text === "true";
    throw new CommandError("config_invalid", `${name}: must be true or false, is ${JSON.stringify(text)}`);
  }
  if (node.type === "array")
    return text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  return text;
}

function set(target: { [name: string]: unknown }, path: readonly string[], value: unknown): void {
  const [step, ...rest] = path;
  if (step === undefined) return;
  if (rest.length === 0) {
    target[step] = value;
    return;
  }
  const child = (target[step] ?? {}) as { [name: string]: unknown };
  target[step] = child;
  set(child, rest, value);
}
