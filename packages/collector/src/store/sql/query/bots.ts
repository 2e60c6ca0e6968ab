import type { BotClass, BotsAnswer } from "@isotherm/protocol";
import type { Queries } from "../../queries.js";
import { type Reader, scopeOf } from "./scope.js";

/** Machines by class, each visitor once. */
export function bots(reader: Reader, query: Parameters<Queries["bots"]>[0]): BotsAnswer {
  const { connection, visits, asOf, period } = scopeOf(reader, { ...query, bots: "all" });
  const rows = connection.table<readonly [BotClass, number, number, number]>(
    `SELECT s.bot, count(DISTINCT s.person), count(*), sum(s.page_views) FROM sessions s WHERE ${visits.sql} GROUP BY s.bot`,
    ...visits.values,
  );
  return {
    asOf,
    period,
    rows: rows
      .map(([name, visitors, count, pageViews]) => ({ class: name, visitors, visits: count, pageViews }))
      .sort((a, b) => b.visits - a.visits || (a.class < b.class ? -1 : 1)),
  };
}
