import type { Event, SealedBatch } from "@isotherm/protocol";
import type { Enrichment } from "../../enrich/enrich.js";
import { batchKey } from "../../project/record.js";
import { countEvents } from "../derive/count-events.js";
import { eventTime } from "../derive/event-time.js";
import { splitBatch } from "../derive/split-batch.js";
import { viewRef } from "../derive/view-ref.js";
import { widthClass } from "../derive/width-class.js";
import type { Zone } from "../derive/zone.js";
import type { ArrivedBatch } from "../store.js";
import type { Value } from "./connection.js";
import { pack } from "./pack.js";
import { pressBytes } from "./press-bytes.js";
import { orderOf, type RawPiece } from "./raw-piece.js";
import type { VisitorKind } from "./visitors.js";
import type { Writer } from "./writer.js";

/** One part of a batch on its way in. */
export interface NewPiece {
  readonly piece: RawPiece;
  readonly batch: SealedBatch;
}

/** A site as writing needs it. */
export interface WrittenSite {
  readonly n: number;
  readonly zone: Zone;
  readonly hosts: ReadonlySet<string>;
}

const insert = `INSERT OR IGNORE INTO raw (id, part, site, visitor, user, session, at, until, first, last, received, page,
    title, view, bucket, day, viewed, views, clicks, events, breaks, engaged, depth, width, height, fold, bot, profile)
  VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** 16 bytes that stand for a batch: those of its UUID, or the first of its hash. */
export function idBytes(site: string, id: string): Uint8Array {
  return Buffer.from(batchKey(site, id).replaceAll("-", "").slice(0, 32), "hex");
}

/** Stores a batch in its parts; none when it was there already. */
export function insertBatch(
  writer: Writer,
  site: WrittenSite,
  { site: siteId, batch, receivedAt }: ArrivedBatch,
  enrichment: Enrichment,
): readonly NewPiece[] {
  const { connection, strings, visitors, profiles } = writer;
  const id = idBytes(siteId, batch.id);
  if (connection.get("SELECT 1 FROM raw WHERE id = ? AND part = 0", id)) return [];
  const { kind, name } = visitorOf(batch, enrichment);
  const visitor = visitors.number(site.n, kind, name);
  const user = batch.user === undefined ? null : visitors.number(site.n, "user", batch.user);
  const { previous } = batch.edge;
  const { page } = batch;
  return splitBatch(batch).map((whole, part) => {
    const counts = countEvents(whole);
    if (kind === "daily" && previous !== undefined) link(writer, site.n, visitor, previous, batch.edge.at);
    const facts = {
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
    const values: readonly Value[] = [
      ...[id, part, facts.site, visitor, user, counts.at, counts.until, counts.first, counts.last],
      ...[Math.round(receivedAt), facts.page, facts.title, facts.view, facts.bucket, facts.day],
      ...[counts.viewed, counts.views, counts.clicks, counts.events, counts.breaks, counts.engaged, counts.depth],
      ...[facts.width, facts.height, facts.fold, facts.bot, facts.profile],
    ];
    const { n } = connection.run(insert, ...values);
    const presses = facts.bot === null ? pressBytes(strings, whole, () => false) : null;
    const { trails, bands, data } = pack(whole);
    connection.run(
      "INSERT INTO packed (n, presses, trails, bands, data) VALUES (?, ?, ?, ?, ?)",
      ...[n, presses, trails, bands, data],
    );
    const piece: RawPiece = { ...facts, ...counts, n, session: null, order: orderOf(id, part) };
    return { piece, batch: whole };
  });
}

function visitorOf(batch: SealedBatch, { bot }: Enrichment): { kind: VisitorKind; name: string } {
  const name = batch.visitor ?? batch.edge.visitor ?? batch.tab;
  if (bot !== null) return { kind: "bot", name };
  if (batch.visitor !== undefined) return { kind: "stored", name };
  return { kind: batch.edge.visitor === undefined ? "tab" : "daily", name };
}

function link({ connection }: Writer, site: number, visitor: number, previous: string, at: number): void {
  connection.run(
    "INSERT OR IGNORE INTO links (site, visitor, previous, at) VALUES (?, ?, ?, ?)",
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

const insertEvent = "INSERT INTO events (raw, n, type, name, at, value, currency) VALUES (?, ?, ?, ?, ?, ?, ?)";
/** Rows of one statement, which is prepared once for each number of them. */
const mostRows = 8;

/** Stores the events of a new piece; its row of `raw` tells to which visit they belong. */
export function insertEvents({ connection, strings }: Writer, { piece, batch }: NewPiece): void {
  const rows = batch.events.flatMap((event, n) => {
    const found = named(event);
    return found ? [{ n, event, ...found }] : [];
  });
  if (rows.length === 0) return;
  const timeOf = eventTime(batch);
  const values = rows.map(({ n, event, ...found }): readonly Value[] => [
    ...[piece.n, n, event.type === "click" ? "outbound" : event.type, strings.number(found.name), timeOf(event)],
    ...[found.value ?? null, found.currency ?? null],
  ]);
  for (let from = 0; from < values.length; from += mostRows) {
    const some = values.slice(from, from + mostRows);
    connection.run(insertEvent + ", (?, ?, ?, ?, ?, ?, ?)".repeat(some.length - 1), ...some.flat());
  }
}
