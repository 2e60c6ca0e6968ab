import { sessionGap, sessionLongest } from "../derive/activity.js";
import type { Connection } from "./connection.js";
import { inLists } from "./in-lists.js";
import type { RawPiece } from "./raw-piece.js";
import type { StoredSession } from "./replace-sessions.js";

/** The stored visits that may change, by number, and the page views that they and the new pieces saw. */
export interface Window {
  readonly sessions: ReadonlyMap<number, StoredSession>;
  readonly views: ReadonlySet<number>;
}

/** From one activity to another, in ms since 1970. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** The stored visits within 30 minutes of what is new, and those that share a page view with it. */
export function sessionsBeside(
  connection: Connection,
  chain: readonly number[],
  touched: readonly RawPiece[],
): readonly StoredSession[] {
  const spans = touched.flatMap(({ first, last }) =>
    first !== null && last !== null ? [{ from: first, to: last }] : [],
  );
  const near = sessionsNear(connection, chain, spans);
  const sharing = sessionsOfViews(connection, chain, new Set(touched.map(({ view }) => view)));
  return [...new Map([...near, ...sharing].map((session) => [session.n, session])).values()];
}

/**
 * What is stored already of the visits that may change: those beside what is new, those beside them in the same sense, and
 * so on until nothing is added. Outside of it no visit can change.
 */
export function windowOf(
  connection: Connection,
  chain: readonly number[],
  touched: readonly RawPiece[],
  beside: readonly StoredSession[],
): Window {
  const sessions = new Map<number, StoredSession>();
  const views = new Set(touched.map(({ view }) => view));
  const spans: Span[] = [];
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
  for (const session of beside) addSession(session);
  while (spans.length > 0 || queue.length > 0) {
    // Whatever there is to look for at once: on a network each statement takes the way there and back.
    const near = sessionsNear(connection, chain, spans.splice(0));
    const sharing = sessionsOfViews(connection, chain, queue.splice(0));
    for (const session of [...near, ...sharing]) addSession(session);
  }
  return { sessions, views };
}

/** How long before an activity a visit may have begun: its last batch begins within 24 hours, and may end a little after them. */
const reach = 2 * sessionLongest;

function sessionsNear(
  connection: Connection,
  chain: readonly number[],
  spans: readonly Span[],
): readonly StoredSession[] {
  const found = joined(spans).flatMap(({ from, to }) =>
    connection.all<StoredSession>(
      `SELECT * FROM sessions WHERE visitor IN (${chain.map(() => "?").join(", ")}) AND start BETWEEN ? AND ? AND "end" >= ?`,
      ...[...chain, from - reach, to + sessionGap, from - sessionGap],
    ),
  );
  return found.filter(({ start, end }) =>
    spans.some(({ from, to }) => start >= from - reach && start <= to + sessionGap && end >= from - sessionGap),
  );
}

/** Spans whose visits may have begun at the same time, as one each. */
function joined(spans: readonly Span[]): readonly Span[] {
  const whole: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = whole.at(-1);
    if (last && span.from - reach <= last.to + sessionGap)
      whole[whole.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else whole.push(span);
  }
  return whole;
}

function sessionsOfViews(
  connection: Connection,
  chain: readonly number[],
  views: Iterable<number>,
): readonly StoredSession[] {
  return [...inLists(views)].flatMap((some) =>
    connection.all<StoredSession>(
      `SELECT s.* FROM page_views p JOIN sessions s ON s.n = p.session
       WHERE p.view IN (${some.map(() => "?").join(", ")}) AND p.visitor IN (${chain.map(() => "?").join(", ")})`,
      ...[...some, ...chain],
    ),
  );
}
