import type { Dimension } from "@isotherm/protocol";
import type { Totals } from "../../derive/six-numbers.js";
import type { Day } from "../../derive/zone.js";
import { readDirtyDays } from "../dirty-days.js";
import { both, type Fragment, totalColumns, visitsBy } from "../grouping.js";
import { type Scope, visitsOf } from "./scope.js";

/** Totals of one value of a dimension. */
export interface ValueTotals extends Totals {
  readonly value: number;
  readonly clicks: number;
}

interface Row {
  readonly value: number;
  readonly visitors: number;
  readonly passing: number;
  readonly visits: number;
  readonly page_views: number;
  readonly bounces: number;
  readonly duration: number;
  readonly clicks: number;
}

/**
 * Totals by value of a dimension. Days that no filter cuts into come from `days`, others from the visits themselves; what
 * comes out is the same. Visitors without a lasting id are counted once a day, the others once.
 */
export function totalsBy(scope: Scope, dimension: Dimension | "all"): readonly ValueTotals[] {
  const { connection, site, from, to } = scope;
  const sums = new Map<number, { -readonly [column in keyof ValueTotals]: number }>();
  const add = (row: Row): void => {
    const sum = sumOf(row.value);
    sum.visitors += row.passing;
    sum.visits += row.visits;
    sum.pageViews += row.page_views;
    sum.bounces += row.bounces;
    sum.duration += row.duration;
    sum.clicks += row.clicks;
  };
  const sumOf = (value: number): { -readonly [column in keyof ValueTotals]: number } => {
    const known = sums.get(value);
    if (known) return known;
    const made = { value, visitors: 0, visits: 0, pageViews: 0, bounces: 0, duration: 0, clicks: 0 };
    sums.set(value, made);
    return made;
  };
  if (scope.whole) {
    const clean = `SELECT value, sum(passing) AS passing, sum(visits) AS visits, sum(page_views) AS page_views,
        sum(bounces) AS bounces, sum(duration) AS duration, sum(clicks) AS clicks
      FROM days WHERE site = ? AND dimension = ? AND day BETWEEN ? AND ?
        AND day NOT IN (SELECT day FROM dirty_days WHERE site = ?) GROUP BY value`;
    for (const row of connection.all<Row>(clean, site, dimension, from, to, site)) add(row);
    for (const day of readDirtyDays(connection, site, from, to)) {
      for (const row of grouped(scope, dimension, visitsOf(scope, day, day))) add(row);
    }
  } else {
    for (const row of grouped(scope, dimension, scope.visits)) add(row);
  }
  const lasting = visitsBy(dimension, both(scope.visits, { sql: "s.lasting = 1", values: [] }));
  const people = connection.all<{ value: number; visitors: number }>(
    `SELECT value, count(DISTINCT person) AS visitors FROM (${lasting.sql}) GROUP BY value`,
    ...lasting.values,
  );
  for (const { value, visitors } of people) sumOf(value).visitors += visitors;
  return [...sums.values()];
}

/** Totals of one local day after the other, each visitor once a day; days without visits are left out. */
export function totalsByDay(scope: Scope): ReadonlyMap<Day, Totals> {
  const { connection, site, from, to } = scope;
  const rows: (Row & { readonly day: Day })[] = [];
  if (scope.whole) {
    const clean = `SELECT * FROM days WHERE site = ? AND dimension = 'all' AND day BETWEEN ? AND ?
      AND day NOT IN (SELECT day FROM dirty_days WHERE site = ?)`;
    rows.push(...connection.all<Row & { day: Day }>(clean, site, from, to, site));
    for (const day of readDirtyDays(connection, site, from, to)) {
      for (const row of grouped(scope, "all", visitsOf(scope, day, day))) rows.push({ ...row, day });
    }
  } else {
    const visits = visitsBy("all", scope.visits);
    rows.push(
      ...connection.all<Row & { day: Day }>(
        `SELECT day, 0 AS value, ${totalColumns} FROM (${visits.sql}) GROUP BY day`,
        ...visits.values,
      ),
    );
  }
  return new Map(rows.map(({ page_views: pageViews, ...row }) => [row.day, { ...row, pageViews }]));
}

function grouped({ connection }: Scope, dimension: Dimension | "all", where: Fragment): readonly Row[] {
  const visits = visitsBy(dimension, where);
  // A visitor without a lasting id is another one on another day, also where a late batch brings its hash there.
  return connection.all<Row>(
    `SELECT value, count(DISTINCT CASE WHEN lasting = 0 THEN person * 1000000 + day END) AS passing, count(*) AS visits,
       count(DISTINCT person) AS visitors, coalesce(sum(page_views), 0) AS page_views,
       coalesce(sum(bounce), 0) AS bounces, coalesce(sum(duration), 0) AS duration, coalesce(sum(clicks), 0) AS clicks
     FROM (${visits.sql}) GROUP BY value`,
    ...visits.values,
  );
}
