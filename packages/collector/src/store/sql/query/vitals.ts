import type { VitalName, VitalNumbers, VitalsAnswer } from "@isotherm/protocol";
import { atRanks } from "../../derive/at-ranks.js";
import {
  countVital,
  noVitals,
  type VitalCounts,
  vitalNames,
  vitalNumbers,
  vitalRank,
} from "../../derive/vital-rating.js";
import type { Queries } from "../../queries.js";
import type { Connection } from "../connection.js";
import { eventDay } from "./event-day.js";
import { type Folding, folding, namesOf } from "./folding.js";
import { matching } from "./matching.js";
import { found, turnTo } from "./paging.js";
import { type Reader, type Scope, scopeOf } from "./scope.js";

/** Measurements by metric. */
type Counts = Map<VitalName, VitalCounts>;

/** Web vitals at the 75th percentile, of all pages and of each. */
export function vitals(reader: Reader, query: Parameters<Queries["vitals"]>[0]): VitalsAnswer {
  const scope = scopeOf(reader, query);
  const folds = folding(scope);
  const { all, byPage } = counted(scope, folds);
  const texts = namesOf(reader.connection, byPage.keys());
  const pages = [...byPage]
    .map(([number, counts]) => ({ number, page: texts.get(number) ?? "", counts, count: countOf(counts) }))
    .filter(({ page }) => found(page, query.search));
  const { rows, ...turned } = turnTo(pages, ({ count, page }) => [count, page], query);
  const [metrics = [], ...ofRows] = numbersOf(scope, folds, all, rows);
  return {
    asOf: scope.asOf,
    period: scope.period,
    metrics,
    rows: rows.map(({ page, count }, row) => ({ page, count, metrics: ofRows[row] ?? [] })),
    ...turned,
    ...folds.mark(),
  };
}

/** Hands over each measurement of the visits that fit, with the number that its page counts under. */
function eachVital(
  scope: Scope,
  folds: Folding,
  visit: (metric: VitalName, page: number, value: number) => void,
): void {
  const names = metricNumbers(scope.connection);
  for (const day of scope.days()) {
    const fits = matching(scope, day);
    const vitals = eventDay(scope, day, "vital");
    const pages = { count: vitals.count, visit: vitals.visit, value: vitals.page, distinct: vitals.pages };
    const nameOf = folds.on(day, "vital pages", pages, fits);
    for (let row = 0; row < vitals.count; row++) {
      const metric = names.get(vitals.name[row] as number);
      const value = vitals.value[row] as number;
      if (metric === undefined || Number.isNaN(value) || fits?.[vitals.visit[row] as number] === 0) continue;
      visit(metric, nameOf(vitals.page[row] as number), value);
    }
  }
}

function counted(scope: Scope, folds: Folding): { readonly all: Counts; readonly byPage: ReadonlyMap<number, Counts> } {
  const all: Counts = new Map();
  const byPage = new Map<number, Counts>();
  eachVital(scope, folds, (metric, page, value) => {
    const own = byPage.get(page) ?? new Map<VitalName, VitalCounts>();
    byPage.set(page, own);
    for (const counts of [all, own]) {
      const known = counts.get(metric) ?? noVitals();
      counts.set(metric, known);
      countVital(known, metric, value);
    }
  });
  return { all, byPage };
}

/** The numbers of all pages, and then of each of these: only those are ranked that are told. */
function numbersOf(
  scope: Scope,
  folds: Folding,
  all: Counts,
  pages: readonly { readonly number: number; readonly counts: Counts }[],
): readonly (readonly VitalNumbers[])[] {
  const lists = [all, ...pages.map(({ counts }) => counts)];
  const listOf = new Map(pages.map(({ number }, row) => [number, row + 1]));
  const groupOf = (list: number, metric: VitalName): number => list * vitalNames.length + vitalNames.indexOf(metric);
  const groups = lists.flatMap((counts) =>
    vitalNames.map((name) => {
      const own = counts.get(name) ?? noVitals();
      return { ...own, rank: vitalRank(own) };
    }),
  );
  const found = atRanks((visit) => {
    eachVital(scope, folds, (metric, page, value) => {
      visit(groupOf(0, metric), value);
      const list = listOf.get(page);
      if (list !== undefined) visit(groupOf(list, metric), value);
    });
  }, groups);
  return lists.map((counts, list) =>
    vitalNames.flatMap((name) => {
      const own = counts.get(name);
      return own === undefined ? [] : [vitalNumbers(name, own, found[groupOf(list, name)] as number)];
    }),
  );
}

function metricNumbers(connection: Connection): ReadonlyMap<number, VitalName> {
  const rows = connection.table<readonly [number, VitalName]>(
    `SELECT n, text FROM strings WHERE text IN (${vitalNames.map(() => "?").join(", ")})`,
    ...vitalNames,
  );
  return new Map(rows);
}

function countOf(counts: Counts): number {
  return [...counts.values()].reduce((sum, { count }) => sum + count, 0);
}
