import { extendSession, type SessionNumbers } from "../derive/extend-session.js";
import type { PageView } from "../derive/page-views.js";
import type { Connection, Value } from "./connection.js";
import { inLists } from "./in-lists.js";
import type { WrittenSite } from "./insert-batch.js";
import { piecesAlone, piecesSince, type RawPiece } from "./raw-piece.js";
import { insertViews, personOf, type Replaced, type StoredSession, viewValues } from "./replace-sessions.js";
import type { Writer } from "./writer.js";

/**
 * Has the one visit `beside` new pieces of a visitor go on with them, where what is stored of it says enough. That is nearly
 * always so, and takes no longer for a visit of a whole day than for a short one. Null where visits have to be derived from
 * all of their pieces; nothing is written then.
 */
export function extendStored(
  { connection }: Writer,
  site: WrittenSite,
  chain: readonly number[],
  pieces: readonly RawPiece[],
  beside: readonly StoredSession[],
): Replaced | null {
  const [stored, ...others] = beside;
  if (!stored || others.length > 0 || chain.length > 1) return null;
  const day = site.zone.day(stored.start);
  // The site's time zone is another one since.
  if (stored.day !== day) return null;
  const touched = new Set(pieces.map(({ view }) => view));
  if (piecesAlone(connection, site.n, touched, new Map()).length > 0) return null;
  const from = Math.min(...pieces.map(({ at }) => at));
  const views = viewsOf(connection, stored.n, touched);
  const numbers = numbersOf(stored);
  const late = from > numbers.seen ? [] : piecesSince(connection, stored.n, from);
  const extended = extendSession({ numbers, views, beside: late }, pieces);
  if (!extended) return null;
  updateSession(connection, stored, extended.numbers);
  const days = new Set([day, ...pieces.map((piece) => piece.day)]);
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

/** What further pieces change of a page view. */
const changing = ["title", "views", "clicks", "engaged", "depth", "width", "height", "fold"] as const;
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
  ...["entry", "exit"],
];
// Without the columns that stay: an index over none but those need not be written again.
const updateNumbers = `UPDATE sessions SET ${growing.map((column) => `${column} = ?`).join(", ")} WHERE n = ?`;

function updateSession(connection: Connection, { n, visitor }: StoredSession, numbers: SessionNumbers): void {
  const user = numbers.user as number | null;
  const { person, lasting } = personOf(connection, visitor as number, user);
  connection.run(
    updateNumbers,
    ...[user, person, lasting, numbers.end, numbers.seen, numbers.duration, numbers.engaged, numbers.pageViews],
    ...[numbers.clicks, numbers.events, numbers.bounce ? 1 : 0, numbers.entry as number, numbers.exit as number, n],
  );
}
