import { type Event, type SealedBatch, widthClass } from "@isotherm/protocol";
import type { Enrichment } from "../../enrich/enrich.js";
import { batchKey } from "../../project/record.js";
import { countEvents } from "../derive/count-events.js";
import { eventTime } from "../derive/event-time.js";
import { splitBatch } from "../derive/split-batch.js";
import { viewRef } from "../derive/view-ref.js";
import type { Zone } from "../derive/zone.js";
import type { ArrivedBatch } from "../store.js";
import type { Value } from "./connection.js";
import { inLists } from "./in-lists.js";
import { insertInputs, propertyBytes } from "./insert-details.js";
import { rowInserter } from "./insert-rows.js";
import { pressBytes } from "./press-bytes.js";
import { orderOf, type RawPiece } from "./raw-piece.js";
import type { VisitorKind } from "./visitors.js";
import type { Writer } from "./writer.js";

/** One part of a batch on its way in. */
export interface NewPiece {
  readonly piece: RawPiece;
  readonly batch: SealedBatch;
  /** The batch's id, which of its parts this is, and when it was received. */
  readonly id: Uint8Array;
  readonly part: number;
  readonly received: number;
}

/** A site as writing needs it. */
export interface WrittenSite {
  readonly n: number;
  readonly zone: Zone;
  readonly hosts: ReadonlySet<string>;
}

/** 16 bytes that stand for a batch: those of its UUID, or the first of its hash. */
export function idBytes(site: string, id: string): Buffer {
  return Buffer.from(batchKey(site, id).replaceAll("-", "").slice(0, 32), "hex");
}

/** Which of these batches are stored, or were, and went before their ids could be forgotten; as `idName` names them. */
export function storedOf({ connection }: Writer, ids: readonly Uint8Array[]): ReadonlySet<string> {
  const stored = new Set<string>();
  for (const some of inLists(ids)) {
    const list = some.map(() => "?").join(", ");
    const rows = connection.table<readonly [Uint8Array]>(
      `SELECT id FROM raw WHERE part = 0 AND id IN (${list}) UNION ALL SELECT id FROM seen_ids WHERE id IN (${list})`,
      ...[...some, ...some],
    );
    for (const [id] of rows) stored.add(idName(id));
  }
  return stored;
}

/** The bytes of an id as a text that can be looked up. */
export function idName(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString("latin1");
}

/**
 * A batch in its parts, ready to be stored: each has the number of its row already, so that its visit can be named after it
 * before the row is written, once and whole.
 */
export function piecesOf(
  writer: Writer,
  site: WrittenSite,
  { batch, receivedAt }: ArrivedBatch,
  id: Uint8Array,
  enrichment: Enrichment,
): readonly NewPiece[] {
  const { strings, visitors, profiles, rows } = writer;
  const { kind, name } = visitorOf(batch, enrichment);
  const visitor = visitors.number(site.n, kind, name);
  const user = batch.user === undefined ? null : visitors.number(site.n, "user", batch.user);
  const { previous } = batch.edge;
  const { page } = batch;
  return splitBatch(batch).map((whole, part) => {
    const counts = countEvents(whole);
    if (kind === "daily" && previous !== undefined) link(writer, site.n, visitor, previous, batch.edge.at);
    const piece: RawPiece = {
      ...counts,
      n: rows.next(),
      order: orderOf(id, part),
      session: null,
      site: site.n,
      visitor,
      user,
      page: strings.number(enrichment.page),
      title: page.title ? strings.number(page.title) : null,
      view: viewRef(batch.tab, page.id),
      bucket: widthClass(page.vw),
      day: site.zone.day(counts.at),
      width: Math.round(page.dw),
      height: Math.round(page.dh),
      fold: Math.round(page.vh),
      bot: enrichment.bot,
      profile: profiles.number(enrichment.profile),
    };
    return { piece, batch: whole, id, part, received: Math.round(receivedAt) };
  });
}

const rawColumns = [
  ...["n", "id", "part", "site", "visitor", "user", "session", "at", "until", "first", "last", "received"],
  ...["page", "title", "view", "bucket", "day", "viewed", "views", "clicks", "events", "breaks", "engaged", "depth"],
  ...["width", "height", "fold", "bot", "profile"],
];

const insertRaw = rowInserter("raw", rawColumns);
const insertPacked = rowInserter("packed", ["n", "presses", "trails", "bands", "data"]);

/** Stores parts of batches, each with its visit where `placed` has one for its row. */
export function insertPieces(
  { connection, strings, packer }: Writer,
  added: readonly NewPiece[],
  placed: ReadonlyMap<number, number>,
): void {
  const rows = added.map(({ piece, id, part, received }): readonly Value[] => {
    const { n, site, visitor, user, at, until, first, last, page, title, view, bucket, day } = piece;
    const { viewed, views, clicks, events, breaks, engaged, depth, width, height, fold, bot, profile } = piece;
    return [
      ...[n, id, part, site, visitor, user, placed.get(n) ?? null, at, until, first, last, received, page, title],
      ...[view, bucket, day, viewed, views, clicks, events, breaks, engaged, depth, width, height, fold, bot, profile],
    ];
  });
  insertRaw(connection, rows);
  const packed = added.map(({ piece, batch }): readonly Value[] => {
    const { n, bot } = piece;
    const presses = bot === null ? pressBytes(strings, batch, () => false) : null;
    const { trails, bands, data } = packer.pack(batch, visitorOf(batch, piece).kind);
    return [n, presses, trails, bands, data];
  });
  insertPacked(connection, packed);
}

function visitorOf(batch: SealedBatch, { bot }: { readonly bot: string | null }): { kind: VisitorKind; name: string } {
  const name = batch.visitor ?? batch.edge.visitor ?? batch.tab;
  if (bot !== null) return { kind: "bot", name };
  if (batch.visitor !== undefined) return { kind: "stored", name };
  return { kind: batch.edge.visitor === undefined ? "tab" : "daily", name };
}

function link({ connection }: Writer, site: number, visitor: number, previous: string, at: number): void {
  connection.run(
    `INSERT INTO links (site, visitor, previous, at) VALUES (?, ?, ?, ?)
     ON CONFLICT (visitor, previous) DO NOTHING`,
    ...[site, visitor, previous, Math.round(at)],
  );
}

/** An event as it is kept for filtering; null for those that are read from raw alone. */
function named(event: Event): { name: string; value?: number; currency?: string } | null {
  switch (event.type) {
    case "custom":
    case "goal":
    case "vital":
      return event;
    case "error":
      return { name: event.message };
    case "exposure":
      return { name: `${event.experiment}=${event.variant}` };
    case "click":
      return event.out || event.file ? { name: event.out ?? event.file ?? "" } : null;
    default:
      return null;
  }
}

const eventColumns = ["raw", "n", "type", "name", "at", "value", "currency", "properties"];
const insertNamed = rowInserter("events", eventColumns);

/** Stores the events of new pieces, whose rows of `raw` tell to which visit they belong. */
export function insertEvents({ connection, strings }: Writer, added: readonly NewPiece[]): void {
  insertInputs(connection, strings, added);
  const rows = added.flatMap(({ piece, batch }) => {
    const timeOf = eventTime(batch);
    return batch.events.flatMap((event, n): readonly (readonly Value[])[] => {
      const found = named(event);
      if (!found) return [];
      const type = event.type === "click" ? "outbound" : event.type;
      const { name, value = null, currency = null } = found;
      const properties = propertyBytes(strings, event);
      return [[piece.n, n, type, strings.number(name), timeOf(event), value, currency, properties]];
    });
  });
  insertNamed(connection, rows);
}
