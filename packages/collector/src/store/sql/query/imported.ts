import type { Dimension } from "@isotherm/protocol";
import type { Day } from "../../derive/zone.js";
import type { Scope } from "./scope.js";

/** Totals of imported days, with the visits among them whose bounces and duration nobody knows. */
export interface ImportedTotals {
  readonly visitors: number;
  readonly visits: number;
  readonly unrated: number;
  readonly pageViews: number;
  readonly bounces: number;
  readonly duration: number;
}

interface Row {
  readonly by_what: number;
  readonly visitors: number;
  readonly visits: number;
  readonly rated: number;
  readonly page_views: number;
  readonly bounces: number;
  readonly duration: number;
}

const inRange = "FROM imported_days WHERE site = ? AND dimension = ? AND day BETWEEN ? AND ?";

/** A scope in which imported days count, where all visits of people do: what chooses among visits cannot choose among them. */
export const withImported = (scope: Scope): Scope => ({ ...scope, imported: scope.whole });

/** What was imported of the range by value of a dimension. */
export function importedBy(scope: Scope, dimension: Dimension | "all"): ReadonlyMap<number, ImportedTotals> {
  return summed(scope, dimension, "value");
}

/** The same of the whole site, by local day. */
export function importedByDay(scope: Scope): ReadonlyMap<Day, ImportedTotals> {
  return summed(scope, "all", "day");
}

/** Marks an answer in which imported days are counted. */
export function importedMark(scope: Scope, dimension: Dimension | "all" = "all"): { readonly imported?: true } {
  const { connection, site, from, to, imported } = scope;
  const found = imported && connection.get(`SELECT 1 ${inRange} LIMIT 1`, site, dimension, from, to) !== undefined;
  return found ? { imported: true } : {};
}

function summed(
  { connection, site, from, to, imported }: Scope,
  dimension: Dimension | "all",
  by: "value" | "day",
): ReadonlyMap<number, ImportedTotals> {
  if (!imported) return new Map();
  const rows = connection.all<Row>(
    `SELECT ${by} AS by_what, sum(visitors) AS visitors, sum(visits) AS visits, sum(rated) AS rated,
       sum(page_views) AS page_views, sum(bounces) AS bounces, sum(duration) AS duration
     ${inRange} GROUP BY ${by}`,
    ...[site, dimension, from, to],
  );
  return new Map(
    rows.map(({ by_what, visitors, visits, rated, page_views: pageViews, bounces, duration }) => [
      by_what,
      { visitors, visits, unrated: visits - rated, pageViews, bounces, duration },
    ]),
  );
}
