import { sessionsOf } from "../derive/sessions.js";
import type { Connection } from "./connection.js";
import { extendStored } from "./extend-stored.js";
import { inLists } from "./in-lists.js";
import { insertPieces, type NewPiece, type WrittenSite } from "./insert-batch.js";
import { piecesAlone, piecesOfSession, type RawPiece } from "./raw-piece.js";
import { type Replaced, replaceSessions, type StoredSession, storedSessions } from "./replace-sessions.js";
import { chainOf } from "./visitors.js";
import { sessionsBeside, windowOf } from "./window.js";
import type { Writer } from "./writer.js";

/**
 * Stores new pieces of one visitor, and derives again the visits that they touch, and those of others whom a page view ties
 * to them. Gives the local days whose numbers may have changed.
 */
export function deriveVisitor(
  writer: Writer,
  site: WrittenSite,
  visitor: number,
  added: readonly NewPiece[],
): ReadonlySet<number> {
  const touched = added.map(({ piece }) => piece);
  const chain = chainOf(writer.connection, site.n, visitor);
  return deriveTouched(writer, site, chain, touched, {
    linked: added.some(({ batch }) => batch.edge.previous !== undefined),
    store: (placed) => insertPieces(writer, added, placed),
  });
}

/** Pieces of one visitor that have no row yet. */
interface Arrival {
  /** One of them says yesterday's hash of its visitor, which may link visitors that were told apart. */
  readonly linked: boolean;
  /** Writes them; is told in which visit each is. */
  store(placed: Replaced["placed"]): void;
}

/**
 * Derives the visits of linked visitors that some of their pieces touch, and those of others as above. The pieces are stored
 * already where they are no `arrival`.
 */
export function deriveTouched(
  writer: Writer,
  site: WrittenSite,
  chain: readonly number[],
  touched: readonly RawPiece[],
  arrival?: Arrival,
): ReadonlySet<number> {
  const { connection } = writer;
  const strays = straysOf(connection, site.n, chain, touched);
  const pieces = [...touched, ...strays.pieces];
  const beside = sessionsBeside(connection, chain, pieces);
  if (arrival && strays.pieces.length === 0) {
    const extended = extendStored(writer, site, { chain, linked: arrival.linked, pieces }, beside);
    if (extended) {
      arrival.store(extended.placed);
      return extended.days;
    }
  }
  const unsaved = arrival ? new Set(touched.map(({ n }) => n)) : none;
  const { days, alone, placed } = deriveChain(writer, site, chain, pieces, beside, unsaved);
  arrival?.store(placed);
  const lost = strays.sessions.map((session) => deriveSession(writer, site, session));
  return union([days, ...lost, deriveHosts(writer, site, alone)]);
}

/** Derives the visits of others again that take in pieces without a visit of their own visitor's. Gives the local days as above. */
function deriveHosts(writer: Writer, site: WrittenSite, alone: readonly RawPiece[]): ReadonlySet<number> {
  const { connection } = writer;
  const days = [...hostsOf(connection, site.n, alone)].map(([host, pieces]) => {
    const chain = chainOf(connection, site.n, host);
    return deriveChain(writer, site, chain, pieces, sessionsBeside(connection, chain, pieces)).days;
  });
  return union(days);
}

function union(sets: readonly ReadonlySet<number>[]): ReadonlySet<number> {
  return new Set(sets.flatMap((set) => [...set]));
}

/** Derives a visit again from the batches that belong to it. Gives the local days that it touches. */
export function deriveSession(writer: Writer, site: WrittenSite, session: StoredSession): ReadonlySet<number> {
  const chain = chainOf(writer.connection, site.n, session.visitor as number);
  return deriveChain(writer, site, chain, [], [session]).days;
}

/**
 * Derives a stored visit again that lost some of its pieces, from those that are `left`, and so the visits that they are in
 * from now on. Gives the local days whose numbers may have changed.
 */
export function deriveAgain(
  writer: Writer,
  site: WrittenSite,
  session: StoredSession,
  left: readonly RawPiece[],
): ReadonlySet<number> {
  const owner = left.find(({ first }) => first !== null) ?? left[0];
  const chain = chainOf(writer.connection, site.n, owner?.visitor ?? (session.visitor as number));
  const beside = [session, ...sessionsBeside(writer.connection, chain, left)];
  const { days, alone } = deriveChain(writer, site, chain, left, beside);
  return union([days, deriveHosts(writer, site, alone)]);
}

/** `beside` are the visits beside what is touched, and those to be derived in any case. */
function deriveChain(
  writer: Writer,
  site: WrittenSite,
  chain: readonly number[],
  touched: readonly RawPiece[],
  beside: readonly StoredSession[],
  unsaved: ReadonlySet<number> = none,
): Replaced & { readonly alone: readonly RawPiece[] } {
  const { connection } = writer;
  // A new link may join visits that were told apart, wherever they are: all of these visitors', which are few.
  const whole = chain.length > 1 ? chain.flatMap((member) => storedSessions(connection, member)) : [];
  const { sessions, views } = windowOf(connection, chain, touched, [...beside, ...whole]);
  const pieces = new Map(touched.map((piece) => [piece.n, piece]));
  for (const { n } of sessions.values()) {
    for (const piece of piecesOfSession(connection, n)) pieces.set(piece.n, piece);
  }
  const bot = ((touched[0] ?? beside[0])?.bot ?? null) as string | null;
  for (const piece of piecesAlone(connection, { site: site.n, chain, bot }, views, pieces)) pieces.set(piece.n, piece);
  const derived = sessionsOf([...pieces.values()]);
  const replaced = replaceSessions(writer, site, [...sessions.values()], derived, [...pieces.values()], unsaved);
  return { ...replaced, alone: touched.filter(({ n }) => !replaced.placed.has(n)) };
}

const none: ReadonlySet<number> = new Set();

/** Where one page view has the activity of more visitors than this, its id is no id, and ties nobody together. */
const mostVisitors = 8;

/**
 * Pieces without activity that another visitor's visit took in, because it saw their page view, before their own
 * visitor's activity on it arrived; and the visits that lose them.
 */
function straysOf(
  connection: Connection,
  site: number,
  chain: readonly number[],
  touched: readonly RawPiece[],
): { readonly pieces: readonly RawPiece[]; readonly sessions: readonly StoredSession[] } {
  const pieces: RawPiece[] = [];
  const sessions: StoredSession[] = [];
  const active = new Set(touched.filter(({ first, bot }) => first !== null && bot === null).map(({ view }) => view));
  for (const view of sharedWithOthers(connection, site, chain, active)) {
    for (const session of sessionsOfOthers(connection, site, chain, view)) {
      const strays = piecesOfSession(connection, session.n).filter(
        (piece) => piece.view === view && chain.includes(piece.visitor),
      );
      if (strays.length === 0) continue;
      pieces.push(...strays);
      sessions.push(session);
    }
  }
  return { pieces, sessions };
}

/**
 * Who takes in pieces that their own visitor has no visit for: whose visit saw their page view. So a tab that is closed
 * after a night, under another day's hash, still reports to the visit that opened it.
 */
function hostsOf(
  connection: Connection,
  site: number,
  alone: readonly RawPiece[],
): ReadonlyMap<number, readonly RawPiece[]> {
  const hosts = new Map<number, RawPiece[]>();
  for (const piece of alone) {
    if (piece.bot !== null) continue;
    const others = sessionsOfOthers(connection, site, [piece.visitor], piece.view);
    const host = others.findLast(({ start }) => start <= piece.at) ?? others[0];
    if (!host) continue;
    const visitor = host.visitor as number;
    const known = hosts.get(visitor);
    if (known) known.push(piece);
    else hosts.set(visitor, [piece]);
  }
  return hosts;
}

/** Rows that a look at several page views gives up after: that many are some id's that is no id. */
const mostShared = 32;

/** Which page views others saw too; all of them where that takes too many rows to tell. */
function sharedWithOthers(
  connection: Connection,
  site: number,
  chain: readonly number[],
  views: ReadonlySet<number>,
): readonly number[] {
  return [...inLists(views)].flatMap((some) => {
    const rows = connection.table<readonly [number]>(
      `SELECT view FROM page_views INDEXED BY page_views_view
       WHERE view IN (${some.map(() => "?").join(", ")}) AND site = ? AND bot IS NULL
         AND visitor NOT IN (${chain.map(() => "?").join(", ")})
       LIMIT ${mostShared}`,
      ...[...some, site, ...chain],
    );
    return [...new Set(rows.length < mostShared ? rows.map(([view]) => view) : some)];
  });
}

function sessionsOfOthers(
  connection: Connection,
  site: number,
  chain: readonly number[],
  view: number,
): readonly StoredSession[] {
  // A bound LIMIT would have SQLite compile the statement anew at every call, which takes longer than running it.
  const found = connection.all<StoredSession>(
    `SELECT s.* FROM page_views p INDEXED BY page_views_view JOIN sessions s ON s.n = p.session
     WHERE p.view = ? AND p.site = ? AND p.bot IS NULL AND p.visitor NOT IN (${chain.map(() => "?").join(", ")})
     LIMIT ${mostVisitors + 1}`,
    ...[view, site, ...chain],
  );
  return found.length > mostVisitors ? [] : found.toSorted((a, b) => a.start - b.start);
}
