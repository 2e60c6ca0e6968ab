import { sessionGap } from "../derive/activity.js";
import { sessionsOf } from "../derive/sessions.js";
import type { Connection } from "./connection.js";
import type { WrittenSite } from "./insert-batch.js";
import { piecesAlone, piecesOfSession, type RawPiece } from "./raw-piece.js";
import { replaceSessions, type StoredSession, storedSessions } from "./replace-sessions.js";
import { chainOf } from "./visitors.js";
import type { Writer } from "./writer.js";

/** Derives again the visits that new pieces of one visitor touch. Gives the local days whose numbers may have changed. */
export function deriveVisitor(
  writer: Writer,
  site: WrittenSite,
  visitor: number,
  touched: readonly RawPiece[],
): ReadonlySet<number> {
  const { connection } = writer;
  const chain = chainOf(connection, site.n, visitor);
  // A link that is new may join visits that were told apart, wherever they are: all of the day's, which are few.
  const whole = chain.length > 1 ? chain.flatMap((member) => storedSessions(connection, member)) : [];
  const { sessions, views } = windowOf(connection, chain, touched, whole);
  const pieces = new Map(touched.map((piece) => [piece.n, piece]));
  for (const { n } of sessions.values()) {
    for (const piece of piecesOfSession(connection, n)) pieces.set(piece.n, piece);
  }
  for (const view of views) {
    for (const member of chain) {
      for (const piece of piecesAlone(connection, member, view)) pieces.set(piece.n, piece);
    }
  }
  return replaceSessions(writer, site, [...sessions.values()], sessionsOf([...pieces.values()]), [...pieces.values()]);
}

/**
 * What is stored already of the visits that may change: those within 30 minutes of what is new, those that share a page
 * view with it, and so on with these until nothing is added. Outside of it no visit can change.
 */
function windowOf(
  connection: Connection,
  chain: readonly number[],
  touched: readonly RawPiece[],
  whole: readonly StoredSession[],
): { readonly sessions: ReadonlyMap<number, StoredSession>; readonly views: ReadonlySet<number> } {
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
  for (const session of whole) addSession(session);
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
  // A visit lasts 24 hours at most, and its last batch a little longer: older ones cannot reach the window.
  return connection.all<StoredSession>(
    'SELECT * FROM sessions WHERE visitor = ? AND start BETWEEN ? AND ? AND "end" >= ?',
    ...[visitor, from - 2 * 86_400_000, to + sessionGap, from - sessionGap],
  );
}

function sessionsOfView(connection: Connection, visitor: number, view: number): readonly StoredSession[] {
  return connection.all<StoredSession>(
    "SELECT s.* FROM page_views p JOIN sessions s ON s.n = p.session WHERE p.visitor = ? AND p.view = ?",
    ...[visitor, view],
  );
}
