import type { EventsAnswer, NamedEventType } from "@isotherm/protocol";
import type { Queries } from "../../queries.js";
import { eventDay, namesIn } from "./event-day.js";
import { type Folding, folding, namesOf } from "./folding.js";
import { matching } from "./matching.js";
import { found, turnTo } from "./paging.js";
import { type Reader, type Scope, scopeOf } from "./scope.js";
import { type Tally, tally } from "./tally.js";
import { visitDay } from "./visit-day.js";

const types: readonly NamedEventType[] = ["custom", "goal", "outbound", "exposure"];

export function events(reader: Reader, query: Parameters<Queries["events"]>[0]): EventsAnswer {
  const { type, search, sort } = query;
  const scope = scopeOf(reader, query);
  const folds = folding(scope);
  const rows = (type === null ? types : [type]).flatMap((one) => {
    const { totals } = named(scope, one, folds);
    const names = namesOf(reader.connection, totals.keys());
    return [...totals].map(([name, total]) => ({ type: one, name: names.get(name) ?? "", ...total }));
  });
  const wanted = rows.filter(({ name }) => found(name, search));
  return {
    asOf: scope.asOf,
    period: scope.period,
    ...turnTo(wanted, (row) => [row[sort], `${row.name} ${row.type}`], query),
    ...folds.mark(),
  };
}

/** Events of a type by name. */
function named(scope: Scope, type: NamedEventType, folds: Folding): Tally {
  const counts = tally();
  for (const day of scope.days()) {
    counts.nextDay();
    const visits = visitDay(scope, day);
    const fits = matching(scope, day);
    const happened = eventDay(scope, day, type);
    const { count, visit, name } = happened;
    const nameOf = folds.on(day, `${type} events`, namesIn(happened), fits);
    for (let row = 0; row < count; row++) {
      const one = visit[row] as number;
      if (fits?.[one] !== 0) counts.add(nameOf(name[row] as number), visits, one);
    }
  }
  return counts;
}
