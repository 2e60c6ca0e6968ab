import { CollectorError } from "../../../../collector-error.js";
import type { HeatPart, HeatRow, HeatRowsAnswer, HeatSelection } from "../../../heat-collector.js";
import type { Reader } from "../scope.js";
import { daysOf, type HeatBatch, heatReader, heatSite, pathOf, wantedPath } from "./batches.js";
import { type HeatPoint, pointsOf } from "./points.js";

/**
 * Batches and rows that one question may go through. Heat-collector has no bound, and takes ten seconds and 1 GB for a
 * million rows; a batch takes about 20 µs here.
 */
export const mostRows = { batches: 100_000, rows: 1_000_000 } as const;

/** How much one question may go through. */
export type MostRows = { readonly [what in keyof typeof mostRows]: number };

/** Where a row is found again: its batch by number, and its place in it. */
interface Places {
  readonly ts: number[];
  readonly n: number[];
  readonly k: number[];
}

/** A site's events, oldest first. Throws `query_invalid` where more lie in the period than `most`: a total cannot be guessed. */
export function heatRows(
  { connection }: Reader,
  query: HeatSelection & HeatPart,
  most: MostRows = mostRows,
): HeatRowsAnswer {
  const site = heatSite(connection, query.site);
  const read = heatReader(connection, site);
  const path = wantedPath(connection, query.path);
  const fits = selected(query);
  const found: Places = { ts: [], n: [], k: [] };
  let batches = 0;
  for (const day of daysOf(connection, site, query)) {
    for (const { n, batch } of read.ofDay(day, path.page, query.type)) {
      if (++batches > most.batches || found.ts.length > most.rows) throw tooMany(most);
      if (!path.fits(batch)) continue;
      let k = 0;
      for (const point of pointsOf(batch)) {
        if (fits(point)) {
          found.ts.push(point.ts);
          found.n.push(n);
          found.k.push(k);
        }
        k++;
      }
    }
  }
  const batchOf = remembering((n) => read.one(n));
  const events = orderOf(found)
    .slice(query.offset, query.offset + query.limit)
    .flatMap((at): readonly HeatRow[] => {
      const kept = batchOf(found.n[at] as number);
      const point = kept && [...pointsOf(kept.batch)][found.k[at] as number];
      return kept && point ? [heatRow(site.id, kept, point, found.k[at] as number)] : [];
    });
  return { total: found.ts.length, events };
}

/** Whether a row is wanted. */
export function selected({ type, from, to }: Pick<HeatSelection, "type" | "from" | "to">): (row: HeatPoint) => boolean {
  const [first, last] = [from ?? Number.NEGATIVE_INFINITY, to ?? Number.POSITIVE_INFINITY];
  return (row) => (type === "all" || row.type === type) && row.ts >= first && row.ts <= last;
}

function tooMany({ batches, rows }: MostRows): CollectorError {
  return new CollectorError(
    "query_invalid",
    `more than ${batches} batches or ${rows} rows lie in this period: ask for less of it with from and to, or path`,
    { dialect: "invalid_time_range" },
  );
}

/** Oldest first; those of one millisecond in the order in which they were stored. */
function orderOf({ ts, n, k }: Places): readonly number[] {
  return Array.from(ts, (_, at) => at).sort(
    (a, b) =>
      (ts[a] as number) - (ts[b] as number) ||
      (n[a] as number) - (n[b] as number) ||
      (k[a] as number) - (k[b] as number),
  );
}

function remembering<Value>(make: (n: number) => Value): (n: number) => Value {
  const known = new Map<number, Value>();
  return (n) => {
    const value = known.get(n) ?? make(n);
    known.set(n, value);
    return value;
  };
}

/** What of an event stands in columns, or beside it. */
const apart = ["t", "type", "path", "x", "y", "selector", "meta", "platform"] as const;

/** A row as heat-collector answers it; `metaJson` also has, as `event`, what heat-collector does not keep of it. */
export function heatRow(site: string, { batch, part, session }: HeatBatch, point: HeatPoint, k: number): HeatRow {
  const { page, user } = batch;
  const { type, event, ts, x, y, depth } = point;
  const more: { readonly [field: string]: unknown } = { ...event };
  const rest = Object.fromEntries(Object.entries(more).filter(([field]) => !apart.some((name) => name === field)));
  return {
    id: `${batch.id}.${part}.${k}`,
    projectId: site,
    sessionId: session,
    userId: user ?? null,
    type,
    ts,
    path: pathOf(page.url),
    selector: typeof more.selector === "string" ? more.selector : null,
    x,
    y,
    scrollDepth: depth,
    metaJson: JSON.stringify({
      viewport: { w: page.vw, h: page.vh, dpr: page.dpr },
      device: deviceOf({ batch, platform: more.platform }),
      meta: more.meta,
      event: rest,
    }),
  };
}

/** A device as heat-sdk describes it. */
export function deviceOf({ batch, platform }: Pick<HeatBatch, "batch"> & { readonly platform: unknown }): object {
  return { ua: batch.edge.ua, platform, language: batch.page.lang };
}
