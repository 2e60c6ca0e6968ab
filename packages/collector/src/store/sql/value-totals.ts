import type { Dimension } from "@isotherm/protocol";
import type { Connection } from "./connection.js";
import { type Fragment, totalColumns, visitsBy } from "./grouping.js";
import { numberOfOther, other, visitsOfRest } from "./other.js";

/** What the visits with one value add up to, in the order of the columns of `days`. */
type Row = readonly [value: number, ...counts: number[]];

interface ValueTotals {
  readonly rows: readonly Row[];
  /** Values that have no row of their own. */
  readonly folded: number;
}

const visitsOf = (row: Row): number => row[3] as number;

/**
 * Adds up visits by the values of a dimension: by each of the most frequent, at most `most`, and by all others together. It
 * holds no more than that in memory, however many there are.
 */
export function valueTotals(connection: Connection, dimension: Dimension, where: Fragment, most: number): ValueTotals {
  const { sql, values } = visitsBy(dimension, where);
  const rows = connection.table<Row>(
    `SELECT value, ${totalColumns} FROM (${sql}) visits GROUP BY value ORDER BY count(*) DESC LIMIT ${most + 1}`,
    ...values,
  );
  if (rows.length <= most) return { rows, folded: 0 };
  const rest = visitsOfRest(rows.map(visitsOf), most);
  const frequent = rows.filter((row) => visitsOf(row) > rest);
  const written = numberOfOther(connection);
  const named = frequent.filter(([value]) => value !== written);
  const count = `SELECT count(DISTINCT value) AS n FROM (${sql}) visits`;
  const distinct = connection.get<{ n: number }>(count, ...values)?.n ?? 0;
  const others = othersTotal(connection, dimension, where, new Set(named.map(([value]) => value)));
  return { rows: [...named, others], folded: distinct - frequent.length };
}

/** Adds up the visits of all values but these, as if they were one: a visit with several of them is one visit. */
export function othersTotal(
  connection: Connection,
  dimension: Dimension,
  where: Fragment,
  named: ReadonlySet<number>,
): Row {
  const { sql, values } = visitsBy(dimension, where);
  const sum = { visitors: 0, passing: 0, visits: 0, pageViews: 0, bounces: 0, duration: 0, clicks: 0 };
  let [lastPerson, lastPassing, lastVisit] = [0, 0, 0];
  connection.each<readonly number[]>(
    (row) => {
      const [person, lasting, visit, value, pageViews, bounce, duration, clicks] = row as [
        ...[person: number, lasting: number, visit: number, value: number],
        ...[pageViews: number, bounce: number, duration: number, clicks: number],
      ];
      if (named.has(value)) return;
      if (person !== lastPerson) sum.visitors++;
      lastPerson = person;
      if (lasting === 0 && person !== lastPassing) sum.passing++;
      if (lasting === 0) lastPassing = person;
      const again = visit === lastVisit;
      lastVisit = visit;
      sum.pageViews += pageViews;
      // Presses are those on each page, but of everything else those of the whole visit.
      if (!again || dimension === "page") sum.clicks += clicks;
      if (again) return;
      sum.visits++;
      sum.bounces += bounce;
      sum.duration += duration;
    },
    `SELECT person, lasting, visit, value, page_views, bounce, duration, clicks FROM (${sql}) visits
     ORDER BY person, visit`,
    ...values,
  );
  return [other.number, ...Object.values(sum)];
}
