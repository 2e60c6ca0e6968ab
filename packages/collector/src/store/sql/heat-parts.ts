import type { ClickEvent, SealedBatch } from "@isotherm/protocol";
import { cellInElement, cellOnPage, type HeatSink, heatOf, type PartKind } from "../derive/heat.js";
import { decodeHeat, encodeHeat } from "../derive/heat-code.js";
import { addCell, type HeatCounts, noHeat } from "../derive/heat-counts.js";
import type { Connection, Value } from "./connection.js";
import type { NewPiece } from "./insert-batch.js";
import { rowInserter } from "./insert-rows.js";
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

/** What one part is to hold. */
export interface NewPart {
  readonly place: HeatPlace;
  readonly kind: PartKind;
  readonly counts: HeatCounts;
}

/** Parts of one level that are folded into one of the next, so that a page has few of them however slowly they come. */
const foldAt = 16;

/** Adds to counts what a batch holds, or with -1 takes it away. */
export function sinkInto(
  counts: (kind: PartKind) => HeatCounts,
  strings: Strings,
  { page }: SealedBatch,
  sign: 1 | -1 = 1,
): HeatSink {
  return {
    press(kind, event) {
      const element = elementNumber(strings, event);
      addCell(counts(kind).inside, element, cellInElement(event), sign);
      addCell(counts(kind).onPage, element, cellOnPage(event.x, event.y, page), sign);
    },
    point: (cell) => addCell(counts("move").onPage, 0, cell, sign),
    band: (band, ms) => addCell(counts("attention").onPage, 0, band, sign * ms),
  };
}

/** `touched` hears of every local day that a part is written for. */
export function heatBuffer(
  { connection, strings, packer }: Writer,
  touched: (site: number, day: number) => void,
): HeatBuffer {
  const open = new Map<string, NewPart>();
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
      for (const { raw, click, batch: clicked } of newlyDead(connection, packer.unpack, added)) {
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
      writeParts(connection, [...open.values()], from, to);
      for (const { place } of open.values()) touched(place.site, place.day);
      open.clear();
      [from, to] = [Number.POSITIVE_INFINITY, 0];
    },
  };
}

/** Takes out of parts what batches that are to go once added. Their presses have to be dead or not as `verdicts` still says. */
export interface HeatRemover {
  add(piece: HeatPlace & Pick<NewPiece["piece"], "n" | "visitor" | "view" | "bot">, batch: SealedBatch): void;
  /** Writes one part for each place and kind, in which nothing of them is left. */
  flush(): void;
}

export function heatRemover(
  { connection, strings }: Writer,
  touched: (site: number, day: number) => void,
): HeatRemover {
  const open = new Map<string, NewPart>();
  const countsFor = ({ site, page, day, bucket }: HeatPlace, kind: PartKind): HeatCounts => {
    const key = `${site} ${page} ${day} ${bucket} ${kind}`;
    const part = open.get(key) ?? { place: { site, page, day, bucket }, kind, counts: noHeat() };
    open.set(key, part);
    return part.counts;
  };
  return {
    add(piece, batch) {
      if (piece.bot !== null) return;
      const rows = connection.all<{ click: number }>(
        "SELECT click FROM verdicts WHERE visitor = ? AND view = ? AND raw = ?",
        ...[piece.visitor, piece.view, piece.n],
      );
      const dead = new Set(rows.map(({ click }) => click));
      heatOf(
        batch,
        ({ n }) => dead.has(n),
        sinkInto((kind) => countsFor(piece, kind), strings, batch, -1),
      );
    },
    flush() {
      for (const { place, kind, counts } of open.values()) {
        const { site, page, day, bucket } = place;
        const which = "site = ? AND page = ? AND kind = ? AND day = ? AND bucket = ?";
        const key = [site, page, kind, day, bucket] as const;
        const parts = connection.all<StoredPart>(
          `SELECT n, from_raw, to_raw, level, data FROM heat_parts WHERE ${which}`,
          ...key,
        );
        for (const { n, data } of parts) {
          decodeHeat(data, counts);
          connection.run("DELETE FROM heat_parts WHERE n = ?", n);
        }
        if (parts.length > 0 && holdsAny(counts)) {
          const level = Math.max(...parts.map((part) => part.level));
          insertPart(connection, key, parts, level, counts);
        }
        touched(site, day);
      }
      open.clear();
    },
  };
}

interface StoredPart {
  readonly n: number;
  readonly from_raw: number;
  readonly to_raw: number;
  readonly level: number;
  readonly data: Uint8Array;
}

const holdsAny = ({ inside, onPage }: HeatCounts): boolean =>
  [...inside.values(), ...onPage.values()].some((cells) => [...cells.values()].some((count) => count !== 0));

/** One part in the place of several. */
function insertPart(
  connection: Connection,
  key: readonly [site: number, page: number, kind: string, day: number, bucket: number],
  parts: readonly StoredPart[],
  level: number,
  counts: HeatCounts,
): void {
  connection.run(
    "INSERT INTO heat_parts (site, page, kind, day, bucket, from_raw, to_raw, level, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ...key,
    Math.min(...parts.map((part) => part.from_raw)),
    Math.max(...parts.map((part) => part.to_raw)),
    ...[level, encodeHeat(counts)],
  );
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

const partColumns = ["site", "page", "kind", "day", "bucket", "from_raw", "to_raw", "level", "data"];
const insertParts = rowInserter("heat_parts", partColumns);

/** Writes parts of what the batches from one row of raw to another hold. */
export function writeParts(connection: Connection, parts: readonly NewPart[], from: number, to: number): void {
  const rows = parts.map(({ place: { site, page, day, bucket }, kind, counts }): readonly Value[] => [
    ...[site, page, kind, day, bucket, from, to, 0, encodeHeat(counts)],
  ]);
  insertParts(connection, rows);
  const pagesOf = new Map<string, { readonly site: number; readonly day: number; readonly pages: Set<number> }>();
  for (const { site, day, page } of parts.map(({ place }) => place)) {
    const key = `${site} ${day}`;
    const known = pagesOf.get(key) ?? { site, day, pages: new Set() };
    pagesOf.set(key, known);
    known.pages.add(page);
  }
  for (const { site, day, pages } of pagesOf.values()) {
    for (const { page, kind, bucket } of fullOf(connection, site, day, [...pages])) {
      const key = [site, page, kind, day, bucket] as const;
      for (let level = 0; fold(connection, key, level); level++);
    }
  }
}

/** Pages of one statement. */
const mostPages = 32;

/** Of which kinds and widths there are enough parts to be folded. On a network each statement takes the way there and back. */
function fullOf(
  connection: Connection,
  site: number,
  day: number,
  pages: readonly number[],
): readonly { readonly page: number; readonly kind: string; readonly bucket: number }[] {
  const found: { page: number; kind: string; bucket: number }[] = [];
  for (let from = 0; from < pages.length; from += mostPages) {
    const some = pages.slice(from, from + mostPages);
    const full = connection.all<{ page: number; kind: string; bucket: number }>(
      `SELECT page, kind, bucket FROM heat_parts WHERE site = ? AND day = ? AND page IN (${some.map(() => "?").join(", ")})
       AND level = 0 GROUP BY page, kind, bucket HAVING count(*) >= ${foldAt}`,
      ...[site, day, ...some],
    );
    found.push(...full);
  }
  return found;
}

function fold(
  connection: Connection,
  key: readonly [site: number, page: number, kind: string, day: number, bucket: number],
  level: number,
): boolean {
  const which = "site = ? AND page = ? AND kind = ? AND day = ? AND bucket = ? AND level = ?";
  const count = connection.get<{ n: number }>(`SELECT count(*) AS n FROM heat_parts WHERE ${which}`, ...key, level);
  if ((count?.n ?? 0) < foldAt) return false;
  const parts = connection.all<StoredPart>(
    `SELECT n, from_raw, to_raw, level, data FROM heat_parts WHERE ${which}`,
    ...[...key, level],
  );
  const counts = noHeat();
  for (const { n, data } of parts) {
    decodeHeat(data, counts);
    connection.run("DELETE FROM heat_parts WHERE n = ?", n);
  }
  insertPart(connection, key, parts, level + 1, counts);
  return true;
}
