import type { Batch, SealedBatch } from "@isotherm/protocol";
import { type HeatRequest, heatBatches } from "../intake/foreign/heat-event.js";
import { nameOf } from "../intake/foreign/ids.js";
import type { HeatFileRow } from "./heat-source.js";

/** What became of rows that are not stored. */
export type LeftOut = "copy" | "empty" | "invalid";

/** Rows that were one event, and what is wrong with them where they cannot be one. */
export interface HeatGroup {
  readonly rows: readonly HeatFileRow[];
  readonly leftOut?: LeftOut;
}

/** Points of a trail that lie further apart, in ms, are of two. */
const pause = 1_000;
/** Points of one trail, as the intake has it. */
const mostPoints = 1_500;

/** Rows as the events that they were: the points of a trail together, a copy of the row before it apart. */
export async function* groupsOf(rows: Iterable<HeatFileRow> | AsyncIterable<HeatFileRow>): AsyncGenerator<HeatGroup> {
  let trail: HeatFileRow[] = [];
  let before: HeatFileRow | null = null;
  for await (const row of rows) {
    const copy = before !== null && isCopy(before, row);
    if (copy) {
      yield { rows: [row], leftOut: "copy" };
      continue;
    }
    before = row;
    const last = trail.at(-1);
    if (last && (row.type !== "move" || !belongs(last, row) || trail.length === mostPoints)) {
      yield { rows: trail };
      trail = [];
    }
    if (row.type === "move") trail.push(row);
    // Of these nothing was kept but that they were: no action, no key's category.
    else if (row.type === "input" || row.type === "keyboard") yield { rows: [row], leftOut: "empty" };
    else yield { rows: [row] };
  }
  if (trail.length > 0) yield { rows: trail };
}

function belongs(before: HeatFileRow, row: HeatFileRow): boolean {
  return before.session_id === row.session_id && before.path === row.path && row.ts - before.ts <= pause;
}

/** heat-collector stores an event again that is sent again: the same thing in the same place in the same millisecond. */
function isCopy(a: HeatFileRow, b: HeatFileRow): boolean {
  const same = ["session_id", "type", "ts", "path", "selector", "x", "y", "scroll_depth", "meta_json"] as const;
  return same.every((column) => a[column] === b[column]);
}

/** An event of heat-collector's, sealed as if it had come when it happened. Throws `FieldFault`. */
export function sealedHeat(
  rows: readonly [HeatFileRow, ...HeatFileRow[]],
  site: string,
  origin: string,
  heights: ReadonlyMap<string, number>,
): readonly SealedBatch[] {
  const [first] = rows;
  const meta = metaOf(first);
  const request: HeatRequest = {
    ...{ site, origin, sdk: "heat-collector import", app: undefined, heights, user: first.user ?? undefined },
  };
  const until = Math.max(...rows.map(({ ts }) => ts));
  return heatBatches(wireEvent(rows, meta, heights), request).map((batch) => seal(batch, until, first, meta));
}

function seal(batch: Batch, until: number, { session_id, user_agent }: HeatFileRow, { device }: Meta): SealedBatch {
  const ua = typeof device.ua === "string" && device.ua !== "" ? device.ua : user_agent;
  return {
    ...batch,
    edge: {
      at: Math.max(until, batch.at),
      skew: 0,
      // It knows no visitors: each of its sessions is one.
      visitor: nameOf("heat-collector session", session_id),
      ...(ua !== null && { ua }),
    },
  };
}

interface Meta {
  readonly viewport: { readonly w: number; readonly h: number; readonly dpr?: number };
  readonly device: { readonly ua?: unknown; readonly platform?: unknown; readonly language?: unknown };
  readonly meta: { readonly [name: string]: unknown } | undefined;
}

function metaOf({ meta_json }: HeatFileRow): Meta {
  const nothing = { viewport: { w: 0, h: 0 }, device: {}, meta: undefined };
  try {
    return { ...nothing, ...(JSON.parse(meta_json ?? "{}") as Partial<Meta>) };
  } catch {
    return nothing;
  }
}

/** The event as heat-sdk sent it, as far as it was kept. */
function wireEvent(
  [first, ...others]: readonly [HeatFileRow, ...HeatFileRow[]],
  { viewport, device, meta }: Meta,
  heights: ReadonlyMap<string, number>,
): object {
  const { id: eventId, session_id: sessionId, ts, path, type, selector, x, y, scroll_depth: depth } = first;
  const event = { eventId, sessionId, ts, path, type, viewport, device, meta, selector };
  switch (type) {
    case "pageview":
      return { ...event, to: path };
    case "move":
      return { ...event, points: [first, ...others].map((row) => ({ x: row.x, y: row.y, tsOffset: row.ts - ts })) };
    case "scroll": {
      // How high the page was nobody kept: at least as high as it was pressed.
      const way = Math.max((heights.get(path) ?? 0) - viewport.h, 0);
      return { ...event, scrollDepthPct: depth ?? 0, scrollY: (way * (depth ?? 0)) / 100 };
    }
    case "custom":
      // Names are not stored; what the page put into `meta` is.
      return { ...event, name: typeof meta?.name === "string" && meta.name !== "" ? meta.name : "custom" };
    default:
      return { ...event, x, y };
  }
}
