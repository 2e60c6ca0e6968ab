import type { Filter, FilterField, FilterOperator } from "@isotherm/protocol";
import { CollectorError } from "../../collector-error.js";
import { meant } from "./nearest.js";
import { dimensionNames, queryLimits } from "./parameters.js";

const comparing: readonly FilterOperator[] = ["is", "is_not", "contains", "contains_not"];
const operators = [...comparing, "and", "or", "not"] as const;
const property = "props.";

/**
 * Reads `filters`, a JSON array of conditions that all hold, which may nest: the form of
 * https://plausible.io/docs/stats-api#filters with our names. Throws `query_invalid` with the place of the first fault.
 */
export function filtersOf(text: string | number | undefined): readonly Filter[] {
  if (text === undefined) return [];
  let value: unknown;
  try {
    value = JSON.parse(String(text));
  } catch {
    throw wrong("filters", "filters have to be a JSON array");
  }
  const left = { conditions: queryLimits.filters };
  return listOf(value, "filters", 1, left);
}

/** Conditions that may still come, of the whole question. */
interface Left {
  conditions: number;
}

function listOf(value: unknown, path: string, depth: number, left: Left): readonly Filter[] {
  if (!Array.isArray(value) || value.length > queryLimits.filters)
    throw wrong(path, `${path} has to be a JSON array of at most ${queryLimits.filters} conditions`);
  return value.map((entry, index) => filterOf(entry, `${path}/${index}`, depth, left));
}

function filterOf(entry: unknown, path: string, depth: number, left: Left): Filter {
  if (!Array.isArray(entry) || entry.length < 2 || entry.length > 3) throw wrong(path, shapes);
  const [first, second, third] = entry as [unknown, unknown, unknown];
  const operator = word(`${path}/0`, first, operators);
  if (operator === "and" || operator === "or" || operator === "not") {
    if (entry.length !== 2) throw wrong(path, shapes);
    if (depth === queryLimits.filterDepth)
      throw wrong(path, `filters may stand in each other ${queryLimits.filterDepth} deep at most`);
    if (operator === "not") return [operator, filterOf(second, `${path}/1`, depth + 1, left)];
    const inner = listOf(second, `${path}/1`, depth + 1, left);
    if (inner.length === 0) throw wrong(`${path}/1`, `${operator} needs at least one condition`);
    return [operator, inner];
  }
  if (entry.length !== 3) throw wrong(path, shapes);
  if (left.conditions-- === 0)
    throw wrong("filters", `filters have to be a JSON array of at most ${queryLimits.filters} conditions`);
  return [operator, fieldOf(`${path}/1`, second), texts(path, third)];
}

const shapes =
  'a condition is [operator, dimension, values], as ["is","source",["google"]], or others in ["and",[…]], ["or",[…]] or ["not",…]';

function fieldOf(path: string, value: unknown): FilterField {
  if (typeof value === "string" && value.startsWith(property) && value.length > property.length) {
    if (value.length <= queryLimits.text) return value as FilterField;
    throw wrong(path, `the key of a property has at most ${queryLimits.text - property.length} characters`);
  }
  const [, key] = (typeof value === "string" && /^props?[.:[]?(.*?)\]?$/i.exec(value)) || [];
  if (key !== undefined)
    throw wrong(
      path,
      `there is no ${String(value).slice(0, 40)}; did you mean ${property}${key.slice(0, 40) || "key"}?`,
    );
  return word<FilterField>(path, value, dimensionNames);
}

function word<T extends string>(path: string, value: unknown, words: readonly T[]): T {
  const found = words.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  const shown = typeof value === "string" ? value.slice(0, 40) : typeof value;
  throw wrong(path, `there is no ${shown}${meant(shown, words)}`);
}

function texts(path: string, values: unknown): readonly string[] {
  const good =
    Array.isArray(values) &&
    values.length > 0 &&
    values.length <= queryLimits.filterValues &&
    values.every((value) => typeof value === "string" && value.length <= queryLimits.filterText);
  if (good) return values as readonly string[];
  throw wrong(`${path}/2`, `values have to be an array of 1 to ${queryLimits.filterValues} texts`);
}

function wrong(path: string, message: string): CollectorError {
  return new CollectorError("query_invalid", `${path === "filters" ? "" : `${path}: `}${message}`, {
    details: [{ path, message }],
  });
}
