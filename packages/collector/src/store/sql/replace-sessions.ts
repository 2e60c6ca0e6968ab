import type { PageView } from "../derive/page-views.js";
import type { Session } from "../derive/sessions.js";
import type { Connection, Value } from "./connection.js";
import type { WrittenSite } from "./insert-batch.js";
import { type InsertRows, rowInserter } from "./insert-rows.js";
import { profileColumns } from "./profiles.js";
import type { RawPiece } from "./raw-piece.js";
import type { Writer } from "./writer.js";

/** A row of `sessions`, as far as deriving reads it. */
export interface StoredSession {
  readonly n: number;
  readonly first: number;
  readonly start: number;
  readonly end: number;
  readonly day: number;
  readonly [column: string]: Value;
}

interface StoredView {
  readonly view: number;
  readonly day: number;
  readonly [column: string]: Value;
}

export function storedSessions(connection: Connection, visitor: number): readonly StoredSession[] {
  return connection.all<StoredSession>("SELECT * FROM sessions WHERE visitor = ?", visitor);
}

export function sessionOf(connection: Connection, n: number): StoredSession | undefined {
  return connection.get<StoredSession>("SELECT * FROM sessions WHERE n = ?", n);
}

const sessionColumns = [
  ...["first", "site", "visitor", "user", "person", "lasting", "bot", "start", '"end"', "seen", "day", "duration"],
  ...["engaged", "page_views", "clicks", "events", "bounce", "entry", "exit", ...profileColumns],
];
const names = sessionColumns.map((column) => column.replaceAll('"', ""));
const insertSession = `INSERT INTO sessions (${sessionColumns.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
const updateSession = `UPDATE sessions SET ${sessionColumns.map((column) => `${column} = ?`).join(", ")} WHERE n = ?`;

const viewColumns = [
  ...["session", "view", "site", "visitor", "bot", "page", "title", "bucket", "day", "at", "views", "clicks"],
  ...["engaged", "depth", "width", "height", "fold"],
];
const replaceView = `ON CONFLICT (session, view) DO UPDATE SET
  ${viewColumns.map((column) => `${column} = excluded.${column}`).join(", ")}`;
export const insertViews: InsertRows = rowInserter("page_views", viewColumns, replaceView);

/** What replacing visits did. */
export interface Replaced {
  /** The days that changed. */
  readonly days: ReadonlySet<number>;
  /** The visits that pieces belong to, by the numbers of both. */
  readonly placed: ReadonlyMap<number, number>;
}

/**
 * Replaces what is stored of some visits by what they are now, writing only what differs. The pieces in `unsaved` have no
 * row yet that could say their visit.
 */
export function replaceSessions(
  writer: Writer,
  site: WrittenSite,
  before: readonly StoredSession[],
  after: readonly Session<RawPiece>[],
  pieces: readonly RawPiece[],
  unsaved: ReadonlySet<number>,
): Replaced {
  const { connection } = writer;
  const changed = new Set<number>();
  const placed = new Map<number, number>();
  const old = new Map(before.map((row) => [row.first, row]));
  for (const session of after) {
    const values = sessionValues(writer, site, session);
    const known = old.get(session.first.n);
    old.delete(session.first.n);
    const same = known !== undefined && names.every((name, index) => known[name] === values[index]);
    if (known && !same) connection.run(updateSession, ...values, known.n);
    const n = known?.n ?? connection.insert(insertSession, ...values);
    if (!same) changed.add(site.zone.day(session.start));
    if (known && !same) changed.add(known.day);
    const viewDays = replaceViews(connection, n, known !== undefined, session);
    if (viewDays.length > 0) changed.add(site.zone.day(session.start));
    for (const day of viewDays) changed.add(day);
    for (const piece of session.pieces) placed.set(piece.n, n);
  }
  for (const { n, day } of old.values()) {
    connection.run("DELETE FROM sessions WHERE n = ?", n);
    connection.run("DELETE FROM page_views WHERE session = ?", n);
    changed.add(day);
  }
  for (const piece of pieces) {
    const session = placed.get(piece.n) ?? null;
    if (session === piece.session) continue;
    // What it adds to a filtered picture of its day depends on its visit.
    changed.add(piece.day);
    if (!unsaved.has(piece.n)) connection.run("UPDATE raw SET session = ? WHERE n = ?", session, piece.n);
  }
  return { days: changed, placed };
}

/** Who a visit of a visitor counts for, and 1 where that is the same person on another day; a daily hash is not. */
export function personOf(
  connection: Connection,
  visitor: number,
  user: number | null,
): { readonly person: number; readonly lasting: number } {
  const row = connection.get<{ kind: string; user: number | null }>(
    "SELECT kind, user FROM visitors WHERE n = ?",
    visitor,
  );
  const person = user ?? row?.user ?? visitor;
  return { person, lasting: person !== visitor || row?.kind === "stored" ? 1 : 0 };
}

function sessionValues({ connection, profiles }: Writer, site: WrittenSite, session: Session<RawPiece>): Value[] {
  const { first } = session;
  const visitor = first.visitor;
  const user = session.user as number | null;
  const { person, lasting } = personOf(connection, visitor, user);
  return [
    ...[first.n, site.n, visitor, user, person, lasting, first.bot, session.start, session.end, session.seen],
    ...[site.zone.day(session.start), session.duration, session.engaged, session.pageViews, session.clicks],
    ...[session.events, session.bounce ? 1 : 0, session.entry as number, session.exit as number],
    ...profiles.read(first.profile),
  ];
}

function replaceViews(
  connection: Connection,
  session: number,
  known: boolean,
  { first, views }: Session<RawPiece>,
): readonly number[] {
  const stored = known
    ? connection.all<StoredView>("SELECT * FROM page_views WHERE session = ?", session)
    : ([] as StoredView[]);
  const old = new Map(stored.map((row) => [row.view, row]));
  const changed: number[] = [];
  const rows: (readonly Value[])[] = [];
  for (const view of views) {
    const values = viewValues(session, first, view);
    const row = old.get(view.view as number);
    old.delete(view.view as number);
    if (row && viewColumns.every((name, index) => row[name] === values[index])) continue;
    rows.push(values);
    changed.push(view.day, row?.day ?? view.day);
  }
  insertViews(connection, rows);
  for (const { view, day } of old.values()) {
    connection.run("DELETE FROM page_views WHERE session = ? AND view = ?", session, view);
    changed.push(day);
  }
  return changed;
}

/** A row of `page_views`, of a visit that began with `first`. */
export function viewValues(
  session: number,
  first: Pick<RawPiece, "site" | "visitor" | "bot">,
  view: PageView,
): readonly Value[] {
  return [
    ...[session, view.view, first.site, first.visitor, first.bot, view.page, view.title, view.bucket, view.day],
    ...[view.at, view.views, view.clicks, view.engaged, view.depth, view.width, view.height, view.fold],
  ];
}
