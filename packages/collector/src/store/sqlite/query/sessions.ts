import type { SessionsAnswer } from "@isotherm/protocol";
import { CollectorError } from "../../../collector-error.js";
import type { Queries } from "../../store.js";
import type { Connection } from "../connection.js";
import { scopeOf } from "./scope.js";
import { type StoredRow, selectRows, toSessionRows } from "./session-row.js";

/** Visits, newest first; those of one millisecond in the order in which they were stored. */
export function sessions(connection: Connection, query: Parameters<Queries["sessions"]>[0]): SessionsAnswer {
  const { limit, cursor } = query;
  const scope = scopeOf(connection, query);
  const after = cursor === null ? null : readCursor(cursor);
  const rows = connection.all<StoredRow>(
    `${selectRows} WHERE ${scope.visits.sql} ${after ? "AND (s.start, s.n) < (?, ?)" : ""}
     ORDER BY s.start DESC, s.n DESC LIMIT ?`,
    ...[...scope.visits.values, ...(after ?? []), limit + 1],
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    asOf: scope.asOf,
    period: scope.period,
    sessions: toSessionRows(connection, page),
    ...(last && rows.length > limit && { next: `${last.start}.${last.n}` }),
  };
}

function readCursor(cursor: string): readonly [start: number, n: number] {
  const match = /^(-?\d{1,16})\.(\d{1,16})$/.exec(cursor);
  if (!match) throw new CollectorError("cursor_invalid", "cursor is not one that an earlier answer gave as `next`");
  return [Number(match[1]), Number(match[2])];
}
