import { limits } from "@isotherm/protocol";
import { CollectorError } from "../../collector-error.js";
import { heatTypes } from "../../store/heat-collector.js";
import { type Parameter, type QueryShape, type QueryValues, readQuery } from "../query/read-query.js";

const text = (description: string): Parameter => ({ type: "string", maxLength: limits.url, description });
const type: Parameter = { type: "string", enum: ["all", ...heatTypes], description: "the events' type" };
const number = (minimum: number, maximum: number, fallback: number, description: string): Parameter => ({
  type: "integer",
  minimum,
  maximum,
  default: fallback,
  description,
});
const part = (most: number, fallback: number) => ({
  limit: number(1, most, fallback, "rows at most"),
  offset: number(0, 1_000_000_000, 0, "rows to leave out first"),
});
const path = text("path of a page");
const period = { from: text("ms since 1970, or a date"), to: text("ms since 1970, or a date") };

const shape = (properties: QueryShape["properties"]): QueryShape => ({
  type: "object",
  additionalProperties: false,
  properties,
});

/** Parameters of heat-collector's routes, with its bounds and defaults (its dist/index.js, 0.3.7). */
export const heatShapes: { readonly [route in "heatmap" | "events" | "sessions" | "session"]: QueryShape } = {
  heatmap: shape({
    ...{ path, ...period, type },
    resolution: number(8, 1_024, 128, "cells in each direction"),
    viewportBucket: { type: "string", pattern: "^[1-9]\\d{0,7}x[1-9]\\d{0,7}$", description: "as 1300x700" },
  }),
  events: shape({ path, ...period, type, ...part(1_000, 200) }),
  sessions: shape({ ...period, userId: text("the user's id"), path, ...part(200, 50) }),
  session: shape({ type: text("the events' type"), ...part(500, 200) }),
};

/** Reads a query string. Unknown parameters are ignored, and empty ones as good as missing, as heat-collector has it. */
export function heatValues(raw: unknown, shape: QueryShape): QueryValues {
  const entries = Object.entries(raw as { readonly [name: string]: unknown });
  const known = entries.filter(([name, value]) => Object.hasOwn(shape.properties, name) && value !== "");
  return readQuery(Object.fromEntries(known), shape);
}

/** The period that a query names, in ms since 1970; null where it says nothing. Throws `query_invalid` in heat-collector's words. */
export function heatPeriod(values: QueryValues): { readonly from: number | null; readonly to: number | null } {
  const [from, to] = [momentOf("from", values), momentOf("to", values)];
  if (from !== null && to !== null && from > to) throw wrong("from has to be to or before it", "invalid_time_range");
  return { from, to };
}

function momentOf(name: "from" | "to", values: QueryValues): number | null {
  const value = values[name];
  if (value === undefined) return null;
  const at = Number.isNaN(Number(value)) ? Date.parse(String(value)) : Number(value);
  if (Number.isNaN(at)) throw wrong(`${name} has to be ms since 1970, or a date`, `invalid_${name}`);
  return Math.min(Math.max(at, 0), limits.time);
}

function wrong(message: string, dialect: string): CollectorError {
  return new CollectorError("query_invalid", message, { dialect });
}
