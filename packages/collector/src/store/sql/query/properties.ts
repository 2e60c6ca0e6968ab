import type { PropertiesAnswer } from "@isotherm/protocol";
import type { Day } from "../../derive/zone.js";
import type { Queries } from "../../queries.js";
import { hasBacklog } from "../backlog.js";
import { numbersOf } from "../strings.js";
import { folding, namesOf } from "./folding.js";
import { matching } from "./matching.js";
import { found, turnTo } from "./paging.js";
import { propertyRows } from "./property-rows.js";
import { type Reader, type Scope, scopeOf } from "./scope.js";
import { tally } from "./tally.js";
import { type Facet, gather, visitDay } from "./visit-day.js";

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

/** The events of a day's visits by key, or by the values of one; `pageViews` counts events. */
function propertyDay(scope: Scope, day: Day, event: string | null, key: string | null): Facet {
  const visits = visitDay(scope, day);
  return scope.ofDay(`properties ${JSON.stringify([event, key])}`, day, () => {
    const keys = key === null ? null : numbersOf(scope.connection, key);
    const rows = propertyRows(scope, day, visits, event, keys);
    const asked = keys === null ? "name" : "value";
    const ordered = rows.toSorted(
      (a, b) => a.place - b.place || a[asked] - b[asked] || a.raw - b.raw || a.event - b.event,
    );
    // An event with a list has its key several times.
    const once = ordered.filter((row, index) => {
      const before = ordered[index - 1];
      return before?.raw !== row.raw || before.event !== row.event || before[asked] !== row[asked];
    });
    return gather(
      scope,
      visits,
      once.map((row) => [row.session, row[asked], 1, 0]),
    );
  });
}
