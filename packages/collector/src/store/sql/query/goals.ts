import type { GoalsAnswer, Revenue } from "@isotherm/protocol";
import type { Queries } from "../../queries.js";
import { eventDay, namesIn } from "./event-day.js";
import { folding, namesOf } from "./folding.js";
import { matching } from "./matching.js";
import { found, turnTo } from "./paging.js";
import { type Reader, scopeOf } from "./scope.js";
import { tally } from "./tally.js";
import { totalsBy } from "./totals.js";
import { visitDay } from "./visit-day.js";

export function goals(reader: Reader, query: Parameters<Queries["goals"]>[0]): GoalsAnswer {
  const scope = scopeOf(reader, query);
  const counts = tally();
  const folds = folding(scope);
  const sums = new Map<number, Map<string | null, number>>();
  for (const day of scope.days()) {
    counts.nextDay();
    const visits = visitDay(scope, day);
    const fits = matching(scope, day);
    const reached = eventDay(scope, day, "goal");
    const { count, visit, name, value, currency, currencies } = reached;
    const nameOf = folds.on(day, "goal events", namesIn(reached), fits);
    for (let row = 0; row < count; row++) {
      const one = visit[row] as number;
      if (fits?.[one] === 0) continue;
      const goal = nameOf(name[row] as number);
      counts.add(goal, visits, one);
      const amount = value[row] as number;
      if (Number.isNaN(amount)) continue;
      const byCurrency = sums.get(goal) ?? new Map<string | null, number>();
      sums.set(goal, byCurrency);
      const unit = currencies[(currency[row] as number) - 1] ?? null;
      byCurrency.set(unit, (byCurrency.get(unit) ?? 0) + amount);
    }
  }
  const people = totalsBy(scope, "all")[0]?.visitors ?? 0;
  const names = namesOf(reader.connection, counts.totals.keys());
  const rows = [...counts.totals].map(([goal, { count, visitors }]) => ({
    name: names.get(goal) ?? "",
    conversions: count,
    visitors,
    rate: people === 0 ? 0 : visitors / people,
    revenue: revenueOf(sums.get(goal)),
  }));
  const wanted = rows.filter(({ name }) => found(name, query.search));
  return {
    asOf: scope.asOf,
    period: scope.period,
    visitors: people,
    ...turnTo(wanted, (row) => [row[query.sort], row.name], query),
    ...folds.mark(),
  };
}

function revenueOf(sums: ReadonlyMap<string | null, number> = new Map()): readonly Revenue[] {
  return [...sums]
    .map(([currency, sum]) => ({ currency, value: money(sum) }))
    .sort((a, b) => ((a.currency ?? "") < (b.currency ?? "") ? -1 : 1));
}

/** Without the errors of adding binary fractions: no currency has more than four decimals (ISO 4217). */
function money(sum: number): number {
  const bounded = Math.min(Math.max(sum, -Number.MAX_VALUE), Number.MAX_VALUE);
  return Number(bounded.toFixed(4)) + 0;
}
