import { CollectorError } from "../../collector-error.js";
import { meant } from "./nearest.js";

/** One parameter of a query string: the part of JSON Schema that can be read from text. */
export interface Parameter {
  readonly type: "string" | "integer";
  readonly description: string;
  readonly enum?: readonly (string | number)[];
  readonly default?: string | number;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The parameters of a route, as its schema holds them. */
export interface QueryShape {
  readonly type: "object";
  readonly additionalProperties: false;
  readonly required?: readonly string[];
  readonly properties: { readonly [name: string]: Parameter };
}

/** What a query string says, with defaults filled in. */
export type QueryValues = { readonly [name: string]: string | number | undefined };

interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Reads a query string by its shape. Throws `query_invalid` with every fault: nothing is guessed, cut or ignored. */
export function readQuery(raw: { readonly [name: string]: unknown }, shape: QueryShape): QueryValues {
  const names = Object.keys(shape.properties);
  const faults: Fault[] = [];
  const values: { [name: string]: string | number } = {};
  for (const name of Object.keys(raw)) {
    if (Object.hasOwn(shape.properties, name)) continue;
    const shown = name.slice(0, 40);
    const message =
      names.length === 0 ? "there are no parameters" : `there is no parameter ${shown}${meant(name, names)}`;
    faults.push({ path: shown, message });
  }
  for (const [name, parameter] of Object.entries(shape.properties)) {
    const given = Object.hasOwn(raw, name) ? raw[name] : undefined;
    if (given === undefined) {
      if (parameter.default !== undefined) values[name] = parameter.default;
      else if (shape.required?.includes(name)) faults.push({ path: name, message: `${name} is missing` });
      continue;
    }
    const read =
      typeof given === "string" ? readValue(name, given, parameter) : { fault: `${name} stands there twice` };
    if ("fault" in read) faults.push({ path: name, message: read.fault });
    else values[name] = read.value;
  }
  const [first] = faults;
  if (first) throw new CollectorError("query_invalid", first.message, { details: faults });
  return values;
}

function readValue(
  name: string,
  text: string,
  parameter: Parameter,
): { readonly value: string | number } | { readonly fault: string } {
  const { enum: choices, pattern, minLength = 0, maxLength, minimum, maximum } = parameter;
  if (choices !== undefined) {
    const value = choices.find((choice) => String(choice) === text);
    if (value !== undefined) return { value };
    return { fault: `${name} cannot be ${text.slice(0, 40)}${meant(text, choices.map(String))}` };
  }
  if (parameter.type === "integer") {
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    const bounded = value >= (minimum ?? Number.NEGATIVE_INFINITY) && value <= (maximum ?? Number.POSITIVE_INFINITY);
    return bounded ? { value } : { fault: `${name} has to be a whole number from ${minimum} to ${maximum}` };
  }
  if (text.length < minLength || (maxLength !== undefined && text.length > maxLength))
    return { fault: `${name} has to have ${minLength} to ${maxLength} characters` };
  if (pattern !== undefined && !new RegExp(pattern, "u").test(text))
    return { fault: `${name} does not look right: ${parameter.description}` };
  return { value: text };
}
