import { extendSession, type SessionNumbers } from "../derive/extend-session.js";
import { changing, type PageView } from "../derive/page-views.js";
import type { Connection, Value } from "./connection.js";
import { inLists } from "./in-lists.js";
import type { WrittenSite } from "./insert-batch.js";
import { piecesAlone, piecesSince, type RawPiece } from "./raw-piece.js";
import { insertViews, personOf, type Replaced, type StoredSession, viewValues } from "./replace-sessions.js";
import type { Writer } from "./writer.js";

/** New pieces of one visitor, and the visitors that it is linked with by yesterday's hash, itself among them. */
export interface NewPieces {
  readonly pieces: readonly RawPiece[];
  readonly chain: readonly number[];
  /** One of the pieces says such a hash. */
  readonly linked: boolean;
}

/**
 * Has the one visit `beside` new pieces of a visitor go on with them, where what is stored of it says enough. That is nearly
 * always so, and takes no longer for a visit of a whole day than for a short one. Null where visits have to be derived from
 * all of their pieces; nothing is written then.
 */
export function extendStored(
  { connection }: Writer,
  site: WrittenSite,
  { chain, linked, pieces }: NewPieces,
  beside: readonly StoredSession[],
): Replaced | null {
  const [stored, ...others] = beside;
  if (!stored || others.length > 0) return null;
  // Nobody was linked since the visitors' visits were derived as one's, where this visitor was there before, and says nothing.
  if (chain.length > 1 && (linked || pieces.some(({ visitor }) => visitor !== stored.visitor))) return null;
  const touched = new Set(pieces.map(({ view }) => view));
  const bot = stored.bot as string | null;
  if (piecesAlone(connection, { site: site.n, chain, bot }, touched, new Map()).length > 0) return null;
  const from = Math.min(...pieces.map(({ at }) => at));
  const views = viewsOf(connection, stored.n, touched);
  const numbers = numbersOf(stored);
  const endingSince = from > numbers.seen ? [] : piecesSince(connection, stored.n, from);
  const extended = extendSession({ numbers, views, endingSince }, pieces);
  if (!extended) return null;
  // The site's time zone may be another one since.
  const day = site.zone.day(stored.start);
  updateSession(connection, stored, extended.numbers, day);
  const days = new Set([stored.day, day, ...pieces.map((piece) => piece.day)]);
  const added: (readonly Value[])[] = [];
  for (const view of extended.views) {
    const before = views.get(view.view as number);
    if (before && changing.every((name) => before[name] === view[name])) continue;
    days.add(view.day);
    if (before)
      connection.run(updateView, ...changing.map((name) => view[name] as Value), stored.n, view.view as number);
    else added.push(viewValues(stored.n, headOf(stored, site), view));
  }
  insertViews(connection, added);
  return { days, placed: new Map(pieces.map(({ n }) => [n, stored.n])) };
}

const headOf = ({ visitor, bot }: StoredSession, { n }: WrittenSite): Pick<RawPiece, "site" | "visitor" | "bot"> => ({
  ...{ site: n, visitor: visitor as number, bot: bot as string | null },
});

const updateView = `UPDATE page_views SET ${changing.map((name) => `${name} = ?`).join(", ")} WHERE session = ? AND view = ?`;

/** Those of some page views that a visit has, by number. */
function viewsOf(connection: Connection, session: number, views: Iterable<number>): ReadonlyMap<number, PageView> {
  const rows = [...inLists(views)].flatMap((some) =>
    connection.all<PageView & { readonly view: number }>(
      `SELECT view, page, bucket, day, at, ${changing.join(", ")} FROM page_views
       WHERE session = ? AND view IN (${some.map(() => "?").join(", ")})`,
      ...[session, ...some],
    ),
  );
  return new Map(rows.map((row) => [row.view, row]));
}

function numbersOf(row: StoredSession): SessionNumbers {
  const number = (column: string): number => row[column] as number;
  return {
    user: row.user as number | null,
    ...{
      start: row.start,
      end: row.end,
      seen: number("seen"),
      duration: number("duration"),
      engaged: number("engaged"),
    },
    ...{ pageViews: number("page_views"), clicks: number("clicks"), events: number("events") },
    ...{ bounce: row.bounce === 1, entry: number("entry"), exit: number("exit") },
  };
}

const growing = [
  ...["user", "person", "lasting", '"end"', "seen", "duration", "engaged", "page_views", "clicks", "events", "bounce"],
  ...["entry", "exit", "day"],
];
// Without the columns that stay: an index over none but those need not be written again.
const updateNumbers = `UPDATE sessions SET ${growing.map((column) => `${column} = ?`).join(", ")} WHERE n = ?`;

function updateSession(
  connection: Connection,
  { n, visitor }: StoredSession,
  numbers: SessionNumbers,
  day: number,
): void {
  const user = numbers.user as number | null;
  const { person, lasting } = personOf(connection, visitor as number, user);
  connection.run(
    updateNumbers,
    ...[user, person, lasting, numbers.end, numbers.seen, numbers.duration, numbers.engaged, numbers.pageViews],
    ...[numbers.clicks, numbers.events, numbers.bounce ? 1 : 0, numbers.entry as number, numbers.exit as number],
    ...[day, n],
  );
}
