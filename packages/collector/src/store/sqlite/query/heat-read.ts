import type { HeatKind } from "@isotherm/protocol";
import { heatOf, type PartKind } from "../../derive/heat.js";
import { decodeHeat } from "../../derive/heat-code.js";
import { type HeatCounts, noHeat } from "../../derive/heat-counts.js";
import { sinkInto } from "../heat-parts.js";
import { unpack } from "../pack.js";
import type { Scope } from "./scope.js";

/** Heat by kind; anchors are numbers of texts. */
export interface ReadHeat {
  readonly counts: (kind: PartKind) => HeatCounts;
  /** The text of an anchor's number. */
  readonly anchor: (n: number) => string;
}

/** Kinds that tell of the same elements, and so are read together. */
const presses: readonly PartKind[] = ["click", "rage", "dead"];

/** Adds up the heat of a page: from parts, or, where a filter chooses among visits, from their batches. */
export function heatCounts(
  scope: Scope,
  page: number,
  kind: Exclude<HeatKind, "scroll">,
  bucket: number | null,
): ReadHeat {
  const kinds: readonly PartKind[] = kind === "move" || kind === "attention" ? [kind] : presses;
  const sums = new Map<PartKind, HeatCounts>(kinds.map((one) => [one, noHeat()]));
  const counts = (one: PartKind): HeatCounts => sums.get(one) ?? noHeat();
  const anchor = scope.whole ? addParts(scope, page, bucket, sums) : addBatches(scope, page, kind, bucket, counts);
  return { counts, anchor };
}

function addParts(
  { connection, site, from, to }: Scope,
  page: number,
  bucket: number | null,
  sums: ReadonlyMap<PartKind, HeatCounts>,
): ReadHeat["anchor"] {
  for (const [kind, counts] of sums) {
    const parts = connection.all<{ data: Uint8Array }>(
      `SELECT data FROM heat_parts
       WHERE site = ? AND page = ? AND kind = ? AND day BETWEEN ? AND ? AND (? IS NULL OR bucket = ?)`,
      ...[site, page, kind, from, to, bucket, bucket],
    );
    for (const { data } of parts) decodeHeat(data, counts);
  }
  return (n) => connection.get<{ text: string }>("SELECT text FROM strings WHERE n = ?", n)?.text ?? "";
}

function addBatches(
  { connection, site, from, to, filters }: Scope,
  page: number,
  kind: HeatKind,
  bucket: number | null,
  counts: ReadHeat["counts"],
): ReadHeat["anchor"] {
  const numbers = new Map<string, number>();
  const texts: string[] = [];
  const anchor = (text: string): number => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, texts.length);
    return texts.push(text) - 1;
  };
  const rows = connection.all<{ data: Uint8Array; visitor: number; view: number; clicks: number; n: number }>(
    `SELECT r.n, r.visitor, r.view, r.clicks, p.data
     FROM raw r JOIN sessions s ON s.n = r.session JOIN packed p ON p.n = r.n
     WHERE r.site = ? AND r.page = ? AND r.day BETWEEN ? AND ? AND r.bot IS NULL AND (? IS NULL OR r.bucket = ?)
       AND ${kind === "move" || kind === "attention" ? "1" : "r.clicks > 0"} AND ${filters.sql}`,
    ...[site, page, from, to, bucket, bucket, ...filters.values],
  );
  for (const { n, visitor, view, clicks, data } of rows) {
    const verdicts =
      clicks === 0
        ? []
        : connection.all<{ click: number }>(
            "SELECT click FROM verdicts WHERE visitor = ? AND view = ? AND raw = ?",
            ...[visitor, view, n],
          );
    const dead = new Set(verdicts.map(({ click }) => click));
    const batch = unpack(data);
    heatOf(batch, (click) => dead.has(click.n), sinkInto(counts, anchor, batch));
  }
  return (n) => texts[n] ?? "";
}
