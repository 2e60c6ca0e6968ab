import type { SessionsAnswer } from "@isotherm/protocol";
import { CollectorError } from "../../../collector-error.js";
import type { Queries } from "../../queries.js";
import { inLists } from "../in-lists.js";
import { matching } from "./matching.js";
import { type Reader, type Scope, scopeOf } from "./scope.js";
import { type StoredRow, selectRows, toSessionRows } from "./session-row.js";
import { visitDay } from "./visit-day.js";

/** Visits, newest first; those of one millisecond in the order in which they were stored. */
export function sessions(reader: Reader, query: Parameters<Queries["sessions"]>[0]): SessionsAnswer {
  const { limit, cursor } = query;
  const { connection } = reader;
  const scope = scopeOf(reader, query);
  const after = cursor === null ? null : readCursor(cursor);
  const rows = scope.whole ? newest(scope, after, limit + 1) : newestThatFit(scope, after, limit + 1);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    asOf: scope.asOf,
    period: scope.period,
    sessions: toSessionRows(connection, page),
    ...(last && rows.length > limit && { next: `${last.start}.${last.n}` }),
  };
}

type After = readonly [start: number, n: number] | null;

function newest({ connection, visits }: Scope, after: After, limit: number): readonly StoredRow[] {
  return connection.all<StoredRow>(
    `${selectRows} WHERE ${visits.sql} ${after ? "AND (s.start, s.n) < (?, ?)" : ""}
     ORDER BY s.start DESC, s.n DESC LIMIT ?`,
    ...[...visits.values, ...(after ?? []), limit],
  );
}

/** Goes back day by day, so that a rare visit is found without a look at every row. */
function newestThatFit(scope: Scope, after: After, limit: number): readonly StoredRow[] {
  const found: number[] = [];
  for (const day of scope.days().toReversed()) {
    if (found.length >= limit) break;
    if (after && scope.zone.start(day) > after[0]) continue;
    const { count, n, start } = visitDay(scope, day);
    const fits = matching(scope, day);
    for (let visit = count - 1; visit >= 0 && found.length < limit; visit--) {
      const [at, number] = [start[visit] as number, n[visit] as number];
      if (after && (at > after[0] || (at === after[0] && number >= after[1]))) continue;
      if (fits?.[visit] !== 0) found.push(number);
    }
  }
  const rows = new Map<number, StoredRow>();
  for (const some of inLists(found)) {
    const sql = `${selectRows} WHERE s.n IN (${some.map(() => "?").join(", ")})`;
    for (const row of scope.connection.all<StoredRow>(sql, ...some)) rows.set(row.n, row);
  }
  return found.flatMap((n) => rows.get(n) ?? []);
}

function readCursor(cursor: string): readonly [start: number, n: number] {
  const match = /^(-?\d{1,16})\.(\d{1,16})$/.exec(cursor);
  if (!match) throw new CollectorError("cursor_invalid", "cursor is not one that an earlier answer gave as `next`");
  return [Number(match[1]), Number(match[2])];
}
