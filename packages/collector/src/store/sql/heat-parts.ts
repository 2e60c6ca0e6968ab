import type { ClickEvent, SealedBatch } from "@isotherm/protocol";
import { cellInElement, cellOnPage, type HeatSink, heatOf, type PartKind } from "../derive/heat.js";
import { decodeHeat, encodeHeat } from "../derive/heat-code.js";
import { addCell, type HeatCounts, noHeat } from "../derive/heat-counts.js";
import type { Connection } from "./connection.js";
import type { NewPiece } from "./insert-batch.js";
import { elementNumber, renewPresses } from "./press-bytes.js";
import type { Strings } from "./strings.js";
import { newlyDead } from "./verdicts.js";
import type { Writer } from "./writer.js";

/** Which heat a part belongs to. */
export interface HeatPlace {
  readonly site: number;
  readonly page: number;
  readonly day: number;
  readonly bucket: number;
}

/** Heat of batches that were just stored, on its way into parts. */
export interface HeatBuffer {
  add(piece: NewPiece): void;
  /** Writes one part for each place and kind, named after the batches that it holds. */
  flush(): void;
}

/** Parts of one level that are folded into one of the next, so that a page has few of them however slowly they come. */
const foldAt = 16;

/** Adds to counts what a batch holds. */
export function sinkInto(counts: (kind: PartKind) => HeatCounts, strings: Strings, { page }: SealedBatch): HeatSink {
  return {
    press(kind, event) {
      const element = elementNumber(strings, event);
      addCell(counts(kind).inside, element, cellInElement(event), 1);
      addCell(counts(kind).onPage, element, cellOnPage(event.x, event.y, page), 1);
    },
    point: (cell) => addCell(counts("move").onPage, 0, cell, 1),
    band: (band, ms) => addCell(counts("attention").onPage, 0, band, ms),
  };
}

/** `touched` hears of every local day that a part is written for. */
export function heatBuffer({ connection, strings }: Writer, touched: (site: number, day: number) => void): HeatBuffer {
  const open = new Map<string, { readonly place: HeatPlace; readonly kind: PartKind; readonly counts: HeatCounts }>();
  let [from, to] = [Number.POSITIVE_INFINITY, 0];

  const countsFor = (place: HeatPlace, kind: PartKind): HeatCounts => {
    const key = `${place.site} ${place.page} ${place.day} ${place.bucket} ${kind}`;
    let part = open.get(key);
    if (!part) {
      part = { place, kind, counts: noHeat() };
      open.set(key, part);
    }
    return part.counts;
  };

  return {
    add(added) {
      const { piece, batch } = added;
      // The machines' clicks are kept in raw, and in no picture.
      if (piece.bot !== null) return;
      from = Math.min(from, piece.n);
      to = Math.max(to, piece.n);
      heatOf(
        batch,
        never,
        sinkInto(
          oncePerKind((kind) => countsFor(piece, kind)),
          strings,
          batch,
        ),
      );
      for (const { raw, click, batch: clicked } of newlyDead(connection, added)) {
        const place =
          raw === piece.n
            ? piece
            : connection.get<HeatPlace>("SELECT site, page, day, bucket FROM raw WHERE n = ?", raw);
        if (!place) continue;
        pressDead(countsFor(place, "dead"), strings, click, clicked);
        renewPresses(connection, strings, raw, clicked);
      }
    },
    flush() {
      for (const { place, kind, counts } of open.values()) {
        writePart(connection, place, kind, counts, from, to);
        touched(place.site, place.day);
      }
      open.clear();
      [from, to] = [Number.POSITIVE_INFINITY, 0];
    },
  };
}

/** A batch is of one place: its many points need not find it again each. */
function oncePerKind(find: (kind: PartKind) => HeatCounts): (kind: PartKind) => HeatCounts {
  const found: { [kind in PartKind]?: HeatCounts } = {};
  return (kind) => {
    const counts = found[kind] ?? find(kind);
    found[kind] = counts;
    return counts;
  };
}

const never = (): boolean => false;

function pressDead(counts: HeatCounts, strings: Strings, click: ClickEvent, batch: SealedBatch): void {
  sinkInto(() => counts, strings, batch).press("dead", click);
}

/** Writes a part of what the batches from one row of raw to another hold. */
export function writePart(
  connection: Connection,
  { site, page, day, bucket }: HeatPlace,
  kind: PartKind,
  counts: HeatCounts,
  from: number,
  to: number,
): void {
  const key = [site, page, kind, day, bucket] as const;
  connection.run(
    "INSERT INTO heat_parts (site, page, kind, day, bucket, from_raw, to_raw, level, data) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)",
    ...[...key, from, to, encodeHeat(counts)],
  );
  for (let level = 0; fold(connection, key, level); level++);
}

function fold(
  connection: Connection,
  key: readonly [site: number, page: number, kind: string, day: number, bucket: number],
  level: number,
): boolean {
  const which = "site = ? AND page = ? AND kind = ? AND day = ? AND bucket = ? AND level = ?";
  const count = connection.get<{ n: number }>(`SELECT count(*) AS n FROM heat_parts WHERE ${which}`, ...key, level);
  if ((count?.n ?? 0) < foldAt) return false;
  const parts = connection.all<{ n: number; from_raw: number; to_raw: number; data: Uint8Array }>(
    `SELECT n, from_raw, to_raw, data FROM heat_parts WHERE ${which}`,
    ...[...key, level],
  );
  const counts = noHeat();
  for (const { n, data } of parts) {
    decodeHeat(data, counts);
    connection.run("DELETE FROM heat_parts WHERE n = ?", n);
  }
  connection.run(
    "INSERT INTO heat_parts (site, page, kind, day, bucket, from_raw, to_raw, level, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ...key,
    Math.min(...parts.map((part) => part.from_raw)),
    Math.max(...parts.map((part) => part.to_raw)),
    ...[level + 1, encodeHeat(counts)],
  );
  return true;
}
