import type { Dimension } from "@isotherm/protocol";
import { CollectorError } from "../../collector-error.js";
import type { Filter } from "../../store/store.js";
import { meant } from "./nearest.js";
import { dimensionNames, queryLimits } from "./parameters.js";

const operators = ["is", "is_not", "contains"] as const;

/** Reads `filters`, a JSON array of conditions. Throws `query_invalid` with the place of the first fault. */
export function filtersOf(text: string | number | undefined): readonly Filter[] {
  if (text === undefined) return [];
  let value: unknown;
  try {
    value = JSON.parse(String(text));
  } catch {
    throw wrong("filters", "filters have to be a JSON array");
  }
  if (!Array.isArray(value) || value.length > queryLimits.filters)
    throw wrong("filters", `filters have to be a JSON array of at most ${queryLimits.filters} conditions`);
  return value.map((entry, index) => filterOf(entry, `filters/${index}`));
}

function filterOf(entry: unknown, path: string): Filter {
  if (!Array.isArray(entry) || entry.length !== 3)
    throw wrong(path, 'a condition is [operator, dimension, values], as ["is","source",["google"]]');
  const [operator, dimension, values] = entry as [unknown, unknown, unknown];
  return [
    word(`${path}/0`, operator, operators),
    word<Dimension>(`${path}/1`, dimension, dimensionNames),
    texts(path, values),
  ];
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
