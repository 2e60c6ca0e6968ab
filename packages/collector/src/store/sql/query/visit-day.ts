import type { FilterField } from "@isotherm/protocol";
import type { Day } from "../../derive/zone.js";
import type { Value } from "../connection.js";
import { numbersOf } from "../strings.js";
import { column } from "./columns.js";
import { propertyKey } from "./filters.js";
import { distinctOf, type Values } from "./folding.js";
import { ofVisits } from "./of-visits.js";
import { propertyRows } from "./property-rows.js";
import type { Scope } from "./scope.js";

/** The visits that began on one local day, oldest first, as columns. */
export interface VisitDay {
  readonly count: number;
  readonly n: Int32Array;
  /** ms since 1970. */
  readonly start: Float64Array;
  readonly person: Int32Array;
  readonly lasting: Uint8Array;
  readonly bounce: Uint8Array;
  readonly duration: Int32Array;
  readonly pageViews: Int32Array;
  readonly clicks: Int32Array;
  /** Each visit's own place, for facets that have one row for each. */
  readonly itself: Int32Array;
  readonly bytes: number;
}

/**
 * Visits with their value of a dimension, a row for each visit and value; for `page`, `pageViews` and `clicks` are those on
 * that page, for `event`, `pageViews` counts the events.
 */
export interface Facet extends Values {
  readonly pageViews: Int32Array;
  readonly clicks: Int32Array;
  readonly bytes: number;
}

/** The visits of a day. */
export function visitDay(scope: Scope, day: Day): VisitDay {
  return scope.ofDay("visits", day, () => {
    const rows = ofVisits(
      scope,
      day,
      "SELECT s.n, s.start, s.person, s.lasting, s.bounce, s.duration, s.page_views, s.clicks FROM sessions s",
    );
    return {
      count: rows.length,
      n: column(rows, 0),
      start: Float64Array.from(rows, (row) => row[1] as number),
      person: column(rows, 2),
      lasting: Uint8Array.from(rows, (row) => row[3] as number),
      bounce: Uint8Array.from(rows, (row) => row[4] as number),
      duration: column(rows, 5),
      pageViews: column(rows, 6),
      clicks: column(rows, 7),
      itself: Int32Array.from(rows, (_, index) => index),
      bytes: rows.length * 34,
    };
  });
}

/** The visits of a day by a dimension, or by a property of their events. */
export function facetOf(scope: Scope, day: Day, dimension: FilterField | "all"): Facet {
  const visits = visitDay(scope, day);
  return scope.ofDay(dimension, day, () => {
    if (dimension === "page") return pagesOf(scope, day, visits);
    if (dimension === "event") return eventsOf(scope, day, visits);
    const key = propertyKey(dimension);
    if (key !== null) return propertyOf(scope, day, visits, key);
    const { count, pageViews, clicks, itself } = visits;
    const value =
      dimension === "all"
        ? new Int32Array(count)
        : Int32Array.from(
            ofVisits(scope, day, `SELECT s.${dimension} FROM sessions s`),
            ([number]) => number as number,
          );
    return { count, visit: itself, value, pageViews, clicks, distinct: distinctOf(scope, value), bytes: count * 4 };
  });
}

function pagesOf(scope: Scope, day: Day, visits: VisitDay): Facet {
  const select = "SELECT s.n, p.page, p.views, p.clicks FROM sessions s JOIN page_views p ON p.session = s.n";
  return gather(scope, visits, ofVisits(scope, day, select, { and: "AND p.views > 0", order: ", p.page" }));
}

const ofBatches = "FROM sessions s JOIN raw r ON r.session = s.n";

function eventsOf(scope: Scope, day: Day, visits: VisitDay): Facet {
  const select = `SELECT s.n, e.name, 1, 0 ${ofBatches} JOIN events e ON e.raw = r.n`;
  const named = { and: "AND e.type IN ('custom', 'goal')", order: ", e.name" };
  const { clicks, ...facet } = gather(scope, visits, ofVisits(scope, day, select, named));
  return { ...facet, clicks: clicks.map((_, index) => visits.clicks[facet.visit[index] as number] as number) };
}

function propertyOf(scope: Scope, day: Day, visits: VisitDay, key: string): Facet {
  const keys = numbersOf(scope.connection, key);
  const rows = propertyRows(scope, day, visits, null, keys);
  const ordered = rows.toSorted((a, b) => a.place - b.place || a.value - b.value);
  return gather(
    scope,
    visits,
    ordered.map(({ session, value }) => [session, value, 1, 0]),
  );
}

/** Adds up the rows `[visit, value, views, clicks]` of one visit and value, which follow each other. */
export function gather(scope: Scope, visits: VisitDay, rows: readonly (readonly Value[])[]): Facet {
  const most = rows.length;
  const [visit, value] = [new Int32Array(most), new Int32Array(most)];
  const [pageViews, clicks] = [new Int32Array(most), new Int32Array(most)];
  let [count, at] = [0, 0];
  for (const [n, one, views, presses] of rows as readonly (readonly [number, number, number, number])[]) {
    while (visits.n[at] !== n) at++;
    if (count === 0 || visit[count - 1] !== at || value[count - 1] !== one) {
      visit[count] = at;
      value[count] = one;
      count++;
    }
    pageViews[count - 1] = (pageViews[count - 1] as number) + views;
    clicks[count - 1] = (clicks[count - 1] as number) + presses;
  }
  const told = value.slice(0, count);
  return {
    count,
    visit: visit.slice(0, count),
    value: told,
    distinct: distinctOf(scope, told),
    pageViews: pageViews.slice(0, count),
    clicks: clicks.slice(0, count),
    bytes: count * 16,
  };
}
