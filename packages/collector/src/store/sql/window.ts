import { sessionGap, sessionLongest } from "../derive/activity.js";
import type { Connection } from "./connection.js";
import type { RawPiece } from "./raw-piece.js";
import type { StoredSession } from "./replace-sessions.js";

/** The stored visits that may change, by number, and the page views that they and the new pieces saw. */
export interface Window {
  readonly sessions: ReadonlyMap<number, StoredSession>;
  readonly views: ReadonlySet<number>;
}

/**
 * What is stored already of the visits that may change: those within 30 minutes of what is new, those that share a page
 * view with it, and so on with these until nothing is added. Outside of it no visit can change.
 */
export function windowOf(
  connection: Connection,
  chain: readonly number[],
  touched: readonly RawPiece[],
  seeds: readonly StoredSession[],
): Window {
  const sessions = new Map<number, StoredSession>();
  const views = new Set<number>();
  const spans: { readonly from: number; readonly to: number }[] = [];
  const queue: number[] = [];
  const addView = (view: number): void => {
    if (views.has(view)) return;
    views.add(view);
    queue.push(view);
  };
  const addSession = (session: StoredSession): void => {
    if (sessions.has(session.n)) return;
    sessions.set(session.n, session);
    spans.push({ from: session.start, to: session.end });
    const own = connection.all<{ view: number }>("SELECT view FROM page_views WHERE session = ?", session.n);
    for (const { view } of own) addView(view);
  };
  for (const { first, last, view } of touched) {
    if (first !== null && last !== null) spans.push({ from: first, to: last });
    addView(view);
  }
  for (const session of seeds) addSession(session);
  while (spans.length > 0 || queue.length > 0) {
    const span = spans.pop();
    const view = queue.pop();
    for (const member of chain) {
      if (span) for (const near of sessionsNear(connection, member, span.from, span.to)) addSession(near);
      if (view !== undefined) for (const sharing of sessionsOfView(connection, member, view)) addSession(sharing);
    }
  }
  return { sessions, views };
}

function sessionsNear(connection: Connection, visitor: number, from: number, to: number): readonly StoredSession[] {
  // A visit's last batch begins within its 24 hours, and may end a little after them.
  const earliest = from - 2 * sessionLongest;
  return connection.all<StoredSession>(
    'SELECT * FROM sessions WHERE visitor = ? AND start BETWEEN ? AND ? AND "end" >= ?',
    ...[visitor, earliest, to + sessionGap, from - sessionGap],
  );
}

function sessionsOfView(connection: Connection, visitor: number, view: number): readonly StoredSession[] {
  return connection.all<StoredSession>(
    "SELECT s.* FROM page_views p JOIN sessions s ON s.n = p.session WHERE p.view = ? AND p.visitor = ?",
    ...[view, visitor],
  );
}
