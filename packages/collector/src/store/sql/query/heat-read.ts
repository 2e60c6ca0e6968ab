import { type HeatKind, type WidthClass, widthClasses } from "@isotherm/protocol";
import { eachBand } from "../../derive/band-code.js";
import { cellOnPage, type PartKind, timedBand } from "../../derive/heat.js";
import { decodeHeat } from "../../derive/heat-code.js";
import { addCell, cellsOf, type HeatCounts, noHeat } from "../../derive/heat-counts.js";
import { decodePresses, type Press } from "../../derive/press-code.js";
import { eachTrailPoint } from "../../derive/trail-code.js";
import { cellCounter } from "./cell-counter.js";
import type { FitsVisit } from "./fitting-visits.js";
import { type HeatColumn, heatBytes, shareOf } from "./heat-bytes.js";
import type { Scope } from "./scope.js";

/** Heat by kind; elements are known by the numbers of their anchors' texts. */
export interface ReadHeat {
  readonly counts: (kind: PartKind) => HeatCounts;
  /** The share of the visits that was read, at most 1. */
  readonly share: number;
}

type DrawnKind = Exclude<HeatKind, "scroll">;

/** Kinds that tell of the same elements, and so are read together. */
const presses: readonly PartKind[] = ["click", "rage", "dead"];

/** Adds up the heat of a page: from parts, or, where a filter chooses among visits, from their batches. */
export function heatCounts(
  scope: Scope,
  page: number,
  kind: DrawnKind,
  bucket: WidthClass | null,
  fits: FitsVisit | null,
): ReadHeat {
  const kinds: readonly PartKind[] = kind === "move" || kind === "attention" ? [kind] : presses;
  const sums = new Map<PartKind, HeatCounts>(kinds.map((one) => [one, noHeat()]));
  const counts = (one: PartKind): HeatCounts => sums.get(one) ?? noHeat();
  if (fits) return { counts, share: addBatches(scope, page, kind, bucket, fits, counts) };
  addParts(scope, page, bucket, sums);
  return { counts, share: 1 };
}

function addParts(
  scope: Scope,
  page: number,
  bucket: WidthClass | null,
  sums: ReadonlyMap<PartKind, HeatCounts>,
): void {
  for (const [kind, counts] of sums) {
    // The index has the day before the page: one range of days would read the parts of all pages.
    for (const day of scope.days()) {
      const parts = scope.connection.table<readonly [Uint8Array]>(
        `SELECT data FROM heat_parts
         WHERE site = ? AND day = ? AND page = ? AND kind = ? ${bucket === null ? "" : "AND bucket = ?"}`,
        ...[scope.site, day, page, kind, ...(bucket === null ? [] : [bucket])],
      );
      for (const [data] of parts) decodeHeat(data, counts);
    }
  }
}

function addBatches(
  scope: Scope,
  page: number,
  kind: DrawnKind,
  bucket: WidthClass | null,
  fits: FitsVisit,
  counts: ReadHeat["counts"],
): number {
  const column: HeatColumn = kind === "move" ? "trails" : kind === "attention" ? "bands" : "presses";
  const only = bucket === null ? null : widthClasses.indexOf(bucket);
  const share = shareOf(scope, page, column);
  const { add, finish } = adder(kind, counts);
  for (const day of scope.days()) {
    const { count, session, width, document, starts, data } = heatBytes(scope, page, day, column, share);
    for (let row = 0; row < count; row++) {
      if ((only !== null && width[row] !== only) || !fits(session[row] as number)) continue;
      add(data, starts[row] as number, starts[row + 1] as number, document[row] as number);
    }
  }
  finish();
  return share;
}

/** Adds batches' bytes to counts, which hold them once it has finished. */
interface Adder {
  add(data: Uint8Array, start: number, end: number, documentWidth: number): void;
  finish(): void;
}

function adder(kind: DrawnKind, counts: ReadHeat["counts"]): Adder {
  if (kind === "move" || kind === "attention") {
    const cells = cellCounter();
    const finish = (): void => cells.addTo(cellsOf(counts(kind).onPage, 0));
    if (kind === "move")
      return {
        add(data, start, end, dw) {
          const page = { dw };
          eachTrailPoint(data, start, end, (x, y) => cells.add(cellOnPage(x, y, page), 1));
        },
        finish,
      };
    return {
      add(data, start, end) {
        eachBand(data, start, end, (band, ms) => timedBand(band, ms, cells.add));
      },
      finish,
    };
  }
  const [click, rage, dead] = [counts("click"), counts("rage"), counts("dead")];
  const put = (into: HeatCounts, { element, inside, onPage }: Press): void => {
    addCell(into.inside, element, inside, 1);
    addCell(into.onPage, element, onPage, 1);
  };
  const take = (press: Press): void => {
    put(click, press);
    if (press.rage) put(rage, press);
    if (press.dead) put(dead, press);
  };
  return { add: (data, start, end) => decodePresses(data, start, end, take), finish: () => undefined };
}
