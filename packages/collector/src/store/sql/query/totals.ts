import type { Dimension } from "@isotherm/protocol";
import type { Totals } from "../../derive/six-numbers.js";
import type { Day } from "../../derive/zone.js";
import { readDirtyDays } from "../dirty-days.js";
import { other } from "../other.js";
import { type Folding, folding } from "./folding.js";
import { type ImportedTotals, importedBy, importedByDay } from "./imported.js";
import { matching } from "./matching.js";
import { pairSet } from "./pair-set.js";
import type { Scope } from "./scope.js";
import { facetOf, visitDay } from "./visit-day.js";

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

type Sum = { -readonly [column in keyof ValueTotals]: ValueTotals[column] };

/**
 * Totals by value of a dimension. Days that no filter cuts into come from `days`, others from the visits themselves; what
 * comes out is the same. Visitors without a lasting id are counted once a day, the others once; `people` leaves both out
 * where nobody asks. `folds` hears of values that a day does not tell apart.
 */
export function totalsBy(
  scope: Scope,
  dimension: Dimension | "all",
  folds: Folding = folding(scope),
  people = true,
): readonly ValueTotals[] {
  const { connection, site, from, to } = scope;
  const sums = new Map<number, Sum>();
  const sumOf = (value: number): Sum => {
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
    for (const row of connection.all<Row>(clean, site, dimension, from, to, site)) {
      const sum = sumOf(folds.derived(row.value));
      sum.visitors += row.passing;
      sum.visits += row.visits;
      sum.pageViews += row.page_views;
      sum.bounces += row.bounces;
      sum.duration += row.duration;
      sum.clicks += row.clicks;
    }
    noteFolded(scope, dimension, folds);
    for (const day of readDirtyDays(connection, site, from, to)) addDay(scope, dimension, day, folds, sumOf);
  } else {
    for (const day of scope.days()) addDay(scope, dimension, day, folds, sumOf);
  }
  if (people) addLasting(scope, dimension, folds, sumOf);
  for (const [value, totals] of importedBy(scope, dimension)) addImported(sumOf(folds.derived(value)), totals);
  return [...sums.values()];
}

/** What another tool has counted is added as it is: who came on two days was two visitors to it. */
function addImported(sum: { -readonly [column in keyof Totals]: Totals[column] }, totals: ImportedTotals): void {
  sum.visitors += totals.visitors;
  sum.visits += totals.visits;
  sum.unrated = (sum.unrated ?? 0) + totals.unrated;
  sum.pageViews += totals.pageViews;
  sum.bounces += totals.bounces;
  sum.duration += totals.duration;
}

/** Notes what is folded of the days that come from `days`. */
function noteFolded({ connection, site, from, to }: Scope, dimension: Dimension | "all", folds: Folding): void {
  const rows = connection.table<readonly [day: Day, folded: number]>(
    `SELECT day, folded FROM folded_values WHERE site = ? AND day BETWEEN ? AND ? AND dimension = ?
       AND day NOT IN (SELECT day FROM dirty_days WHERE site = ?)`,
    ...[site, from, to, dimension, site],
  );
  for (const [day, folded] of rows) folds.note(day, dimension, folded);
}

/** Adds the visits of a day, and its visitors that no other day can know again. */
function addDay(
  scope: Scope,
  dimension: Dimension | "all",
  day: Day,
  folds: Folding,
  sumOf: (value: number) => Sum,
): void {
  const { lasting, person, bounce, duration } = visitDay(scope, day);
  const facet = facetOf(scope, day, dimension);
  const fits = matching(scope, day);
  const nameOf = folds.on(day, dimension, facet, fits);
  const seen = pairSet();
  let lastOther = -1;
  for (let row = 0; row < facet.count; row++) {
    const visit = facet.visit[row] as number;
    if (fits?.[visit] === 0) continue;
    const value = nameOf(facet.value[row] as number);
    const sum = sumOf(value);
    // Several of a visit's pages may stand together, and so be one of its values.
    const again = value === other.number && visit === lastOther;
    if (value === other.number) lastOther = visit;
    sum.pageViews += facet.pageViews[row] as number;
    if (!again || dimension === "page") sum.clicks += facet.clicks[row] as number;
    if (again) continue;
    sum.visits++;
    sum.bounces += bounce[visit] as number;
    sum.duration += duration[visit] as number;
    if (lasting[visit] === 0 && seen.add(value, person[visit] as number)) sum.visitors++;
  }
}

/** Adds visitors with a lasting id, each once however many days saw them. */
function addLasting(scope: Scope, dimension: Dimension | "all", folds: Folding, sumOf: (value: number) => Sum): void {
  const seen = pairSet();
  for (const day of scope.days()) {
    // Everybody counts once a day there, and was counted.
    if (scope.whole && day < scope.kept) continue;
    const { lasting, person } = visitDay(scope, day);
    const facet = facetOf(scope, day, dimension);
    const fits = matching(scope, day);
    const nameOf = folds.on(day, dimension, facet, fits);
    for (let row = 0; row < facet.count; row++) {
      const visit = facet.visit[row] as number;
      if (lasting[visit] === 0 || fits?.[visit] === 0) continue;
      const value = nameOf(facet.value[row] as number);
      if (seen.add(value, person[visit] as number)) sumOf(value).visitors++;
    }
  }
}

/** Totals of one local day after the other, each visitor once a day; days without visits are left out. */
export function totalsByDay(scope: Scope): ReadonlyMap<Day, Totals> {
  const { connection, site, from, to } = scope;
  const totals = new Map<Day, Totals>();
  if (scope.whole) {
    const clean = `SELECT * FROM days WHERE site = ? AND dimension = 'all' AND day BETWEEN ? AND ?
      AND day NOT IN (SELECT day FROM dirty_days WHERE site = ?)`;
    for (const { day, page_views: pageViews, ...row } of connection.all<Row & { day: Day }>(
      clean,
      site,
      from,
      to,
      site,
    ))
      totals.set(day, { ...row, pageViews });
    for (const day of readDirtyDays(connection, site, from, to)) addSlots(scope, day, () => day, totals);
  } else {
    for (const day of scope.days()) addSlots(scope, day, () => day, totals);
  }
  for (const [day, imported] of importedByDay(scope)) {
    const sum = { visitors: 0, visits: 0, pageViews: 0, bounces: 0, duration: 0, ...totals.get(day) };
    addImported(sum, imported);
    totals.set(day, sum);
  }
  return totals;
}

const hour = 3_600_000;

/** Totals of local days by their hours since midnight; hours without visits are left out. */
export function totalsByHour(scope: Scope): ReadonlyMap<Day, ReadonlyMap<number, Totals>> {
  const totals = new Map<Day, ReadonlyMap<number, Totals>>();
  for (const day of scope.days()) {
    const midnight = scope.zone.start(day);
    const hours = new Map<number, Totals>();
    addSlots(scope, day, (start) => Math.floor((start - midnight) / hour), hours);
    totals.set(day, hours);
  }
  return totals;
}

/** Adds the visits of a day to the slots that they begin in, each visitor once per slot. */
function addSlots<Slot>(scope: Scope, day: Day, slotOf: (start: number) => Slot, into: Map<Slot, Totals>): void {
  const { count, start, person, bounce, duration, pageViews } = visitDay(scope, day);
  const fits = matching(scope, day);
  const seen = pairSet();
  const open = new Map<Slot, { readonly n: number; readonly sum: { -readonly [column in keyof Totals]: number } }>();
  for (let visit = 0; visit < count; visit++) {
    if (fits?.[visit] === 0) continue;
    const slot = slotOf(start[visit] as number);
    let entry = open.get(slot);
    if (!entry) {
      entry = { n: open.size, sum: { visitors: 0, visits: 0, pageViews: 0, bounces: 0, duration: 0 } };
      open.set(slot, entry);
      into.set(slot, entry.sum);
    }
    const { n, sum } = entry;
    if (seen.add(n, person[visit] as number)) sum.visitors++;
    sum.visits++;
    sum.pageViews += pageViews[visit] as number;
    sum.bounces += bounce[visit] as number;
    sum.duration += duration[visit] as number;
  }
}
