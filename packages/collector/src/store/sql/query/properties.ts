import type { PropertiesAnswer } from "@isotherm/protocol";
import type { Day } from "../../derive/zone.js";
import type { Queries } from "../../queries.js";
import { hasBacklog } from "../backlog.js";
import type { Value } from "../connection.js";
import { folding, namesOf } from "./folding.js";
import { matching } from "./matching.js";
import { found, turnTo } from "./paging.js";
import { type Reader, type Scope, scopeOf } from "./scope.js";
import { tally } from "./tally.js";
import { type Facet, gather, ofVisits, visitDay } from "./visit-day.js";

type PropertiesQuery = Parameters<Queries["properties"]>[0];

/** Keys of the properties of events, or the values of one key. */
export function properties(reader: Reader, query: PropertiesQuery): PropertiesAnswer {
  const { event, key, search, sort } = query;
  const { connection } = reader;
  const scope = scopeOf(reader, query);
  const counts = tally();
  const folds = folding(scope);
  for (const day of scope.days()) {
    counts.nextDay();
    const visits = visitDay(scope, day);
    const fits = matching(scope, day);
    const facet = propertyDay(scope, day, event, key);
    const { count, visit, value, pageViews: events } = facet;
    const nameOf = folds.on(day, `properties ${JSON.stringify([event, key])}`, facet, fits);
    for (let row = 0; row < count; row++) {
      const one = visit[row] as number;
      if (fits?.[one] !== 0) counts.add(nameOf(value[row] as number), visits, one, events[row]);
    }
  }
  const texts = namesOf(connection, counts.totals.keys());
  const rows = [...counts.totals].map(([value, total]) => ({ value: texts.get(value) ?? "", ...total }));
  const wanted = rows.filter(({ value }) => found(value, search));
  return {
    asOf: scope.asOf,
    period: scope.period,
    event,
    key,
    ...turnTo(wanted, (row) => [row[sort], row.value], query),
    ...folds.mark(),
    ...(hasBacklog(connection) && { partial: true }),
  };
}

type Row = readonly [n: number, value: number, raw: number, event: number];

/** The events of a day's visits by key, or by the values of one; `pageViews` counts events. */
function propertyDay(scope: Scope, day: Day, event: string | null, key: string | null): Facet {
  const visits = visitDay(scope, day);
  return scope.ofDay(`properties ${JSON.stringify([event, key])}`, day, () => {
    const column = key === null ? "p.name" : "p.value";
    const and: string[] = [];
    const values: Value[] = [];
    if (event !== null) {
      and.push("AND e.name IN (SELECT n FROM strings WHERE text = ?)");
      values.push(event);
    }
    if (key !== null) {
      and.push("AND p.name IN (SELECT n FROM strings WHERE text = ?)");
      values.push(key);
    }
    const rows = ofVisits<Row>(
      scope,
      day,
      `SELECT s.n, ${column}, p.raw, p.n FROM sessions s JOIN raw r ON r.session = s.n
       JOIN event_properties p ON p.raw = r.n JOIN events e ON e.raw = p.raw AND e.n = p.n`,
      { and: and.join(" "), values, order: `, ${column}, p.raw, p.n` },
    );
    // An event with a list has its key in several rows.
    const once = rows.filter(([n, value, raw, number], index) => {
      const [otherN, otherValue, otherRaw, otherNumber] = rows[index - 1] ?? [];
      return n !== otherN || value !== otherValue || raw !== otherRaw || number !== otherNumber;
    });
    return gather(
      scope,
      visits,
      once.map(([n, value]) => [n, value, 1, 0]),
    );
  });
}
