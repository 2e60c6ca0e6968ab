import type { ErrorsAnswer } from "@isotherm/protocol";
import type { Queries } from "../../queries.js";
import { eventDay, namesIn } from "./event-day.js";
import { folding, namesOf } from "./folding.js";
import { matching } from "./matching.js";
import { found, turnTo } from "./paging.js";
import { pairSet } from "./pair-set.js";
import { type Reader, scopeOf } from "./scope.js";
import { tally } from "./tally.js";
import { visitDay } from "./visit-day.js";

interface Seen {
  pages: number;
  first: number;
  last: number;
}

/** Uncaught errors by their message. */
export function errors(reader: Reader, query: Parameters<Queries["errors"]>[0]): ErrorsAnswer {
  const scope = scopeOf(reader, query);
  const counts = tally();
  const folds = folding(scope);
  const seen = new Map<number, Seen>();
  const pages = pairSet();
  for (const day of scope.days()) {
    counts.nextDay();
    const visits = visitDay(scope, day);
    const fits = matching(scope, day);
    const failed = eventDay(scope, day, "error");
    const { count, visit, name, page, at } = failed;
    const nameOf = folds.on(day, "error events", namesIn(failed), fits);
    for (let row = 0; row < count; row++) {
      const one = visit[row] as number;
      if (fits?.[one] === 0) continue;
      const message = nameOf(name[row] as number);
      const time = at[row] as number;
      counts.add(message, visits, one);
      const known = seen.get(message) ?? { pages: 0, first: time, last: time };
      seen.set(message, known);
      known.first = Math.min(known.first, time);
      known.last = Math.max(known.last, time);
      if (pages.add(message, page[row] as number)) known.pages++;
    }
  }
  const texts = namesOf(reader.connection, counts.totals.keys());
  const rows = [...counts.totals].map(([message, total]) => ({
    message: texts.get(message) ?? "",
    ...total,
    ...(seen.get(message) as Seen),
  }));
  const wanted = rows.filter(({ message }) => found(message, query.search));
  return {
    asOf: scope.asOf,
    period: scope.period,
    ...turnTo(wanted, (row) => [row[query.sort], row.message], query),
    ...folds.mark(),
  };
}
