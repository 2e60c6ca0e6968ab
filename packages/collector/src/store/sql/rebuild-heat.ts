import { heatOf, type PartKind } from "../derive/heat.js";
import { type HeatCounts, noHeat } from "../derive/heat-counts.js";
import type { RebuildStep } from "../store.js";
import type { Connection } from "./connection.js";
import { dirtyDays } from "./dirty-days.js";
import { type NewPart, sinkInto, writeParts } from "./heat-parts.js";
import { type PackedRow, packedColumns, type Unpack, unpacker } from "./pack.js";
import { pressBytes } from "./press-bytes.js";
import { rawBefore } from "./privacy/swept.js";
import { pieceOf } from "./raw-piece.js";
import { newlyDead } from "./verdicts.js";
import type { Writer } from "./writer.js";

/** Batches that are read for verdicts, and pictures that are drawn, in one turn. */
const batches = 200;
const pictures = 5;

interface Row extends PackedRow {
  readonly n: number;
  readonly visitor: number;
  readonly view: number;
  readonly bucket: number;
  readonly clicks: number;
  readonly presses: Uint8Array | null;
}

type Place = readonly [site: number, day: number, page: number];

/**
 * Derives heat again: first which clicks were dead, then the parts of each page and day, all at once. Days that are swept
 * keep theirs.
 */
export function rebuildHeat(writer: Writer, at: RebuildStep["next"]): RebuildStep {
  const { connection } = writer;
  const unpack = unpacker(connection);
  if (at === null) connection.run("DELETE FROM verdicts");
  if (at === null || at.length === 1) return judge(connection, unpack, at?.[0] ?? 0);
  let place = at as unknown as Place;
  for (let turn = 0; turn < pictures; turn++) {
    const [next] = connection.table<Place>(
      `SELECT site, day, page FROM raw WHERE (site, day, page) > (?, ?, ?) AND bot IS NULL
       GROUP BY site, day, page ORDER BY site, day, page LIMIT 1`,
      ...place,
    );
    if (!next) return { done: 1, total: 1, next: null };
    place = next;
    // Of a day that is swept only visits over midnight are left: a picture of them alone would lose all the others.
    if (next[1] >= rawBefore(connection, next[0])) draw(writer, unpack, place);
  }
  return { done: 0, total: 1, next: place };
}

/** Reads verdicts in some batches. */
function judge(connection: Connection, unpack: Unpack, from: number): RebuildStep {
  const total = connection.get<{ n: number | null }>("SELECT max(n) AS n FROM raw")?.n ?? 0;
  const rows = connection.all<PackedRow & { n: number }>(
    `SELECT r.n, ${packedColumns} FROM raw r JOIN packed p ON p.n = r.n
     WHERE r.n > ? AND r.bot IS NULL ORDER BY r.n LIMIT ${batches}`,
    from,
  );
  for (const { n, ...packed } of rows) {
    const batch = unpack(packed);
    if (!batch.events.some(({ type }) => type === "dead" || type === "click")) continue;
    const piece = pieceOf(connection, n);
    if (piece) newlyDead(connection, unpack, { piece, batch });
  }
  const last = rows.at(-1)?.n ?? total;
  return { done: last, total, next: rows.length < batches ? [-1, 0, 0] : [last] };
}

/** Writes the parts of a page and day anew. */
function draw({ connection, strings }: Writer, unpack: Unpack, [site, day, page]: Place): void {
  const rows = connection.all<Row>(
    `SELECT r.n, r.visitor, r.view, r.bucket, r.clicks, p.presses, ${packedColumns}
     FROM raw r JOIN packed p ON p.n = r.n WHERE r.site = ? AND r.day = ? AND r.page = ? AND r.bot IS NULL ORDER BY r.n`,
    ...[site, day, page],
  );
  const parts = new Map<string, NewPart>();
  for (const { n, visitor, view, bucket, clicks, presses, ...packed } of rows) {
    const batch = unpack(packed);
    const dead = clicks === 0 ? new Set<number>() : deadClicks(connection, visitor, view, n);
    const isDead = (click: { readonly n: number }): boolean => dead.has(click.n);
    const countsOf = (kind: PartKind): HeatCounts => {
      const key = `${bucket} ${kind}`;
      const part = parts.get(key) ?? { place: { site, page, day, bucket }, kind, counts: noHeat() };
      parts.set(key, part);
      return part.counts;
    };
    heatOf(batch, isDead, sinkInto(countsOf, strings, batch));
    const own = pressBytes(strings, batch, isDead);
    const same = own === null || presses === null ? own === presses : Buffer.compare(own, presses) === 0;
    if (!same) connection.run("UPDATE packed SET presses = ? WHERE n = ?", own, n);
  }
  connection.run("DELETE FROM heat_parts WHERE site = ? AND day = ? AND page = ?", site, day, page);
  const [from, to] = [rows[0]?.n ?? 0, rows.at(-1)?.n ?? 0];
  writeParts(connection, [...parts.values()], from, to);
  const touched = dirtyDays(connection);
  touched.touch(site, day);
  touched.flush();
}

function deadClicks(connection: Connection, visitor: number, view: number, raw: number): ReadonlySet<number> {
  const rows = connection.table<readonly [number]>(
    "SELECT click FROM verdicts WHERE visitor = ? AND view = ? AND raw = ?",
    ...[visitor, view, raw],
  );
  return new Set(rows.map(([click]) => click));
}
