import { type Event, limits, type Page, type SealedBatch } from "@isotherm/protocol";
import { eventTime } from "../../../derive/event-time.js";
import type { HeatType } from "../../../heat-collector.js";

/** What of an event is a row of heat-collector's: all of it, or one point of its trail. */
export interface HeatPoint {
  readonly type: HeatType;
  readonly event: Event;
  /** ms since 1970. */
  readonly ts: number;
  /** Document pixels. */
  readonly x: number | null;
  readonly y: number | null;
  /** Per cent of the way that the page can be scrolled. */
  readonly depth: number | null;
}

const nowhere = { x: null, y: null, depth: null };

/** The rows that heat-collector would have of a batch, in its events' order. What it knows no type for has none. */
export function* pointsOf(batch: SealedBatch): Generator<HeatPoint> {
  const { page } = batch;
  const timeOf = eventTime(batch);
  for (const event of batch.events) {
    const ts = timeOf(event);
    switch (event.type) {
      case "page":
        if (page.nav !== "resume") yield { ...nowhere, type: "pageview", event, ts };
        break;
      case "click":
        yield { ...nowhere, type: "click", event, ts, x: event.x, y: event.y };
        break;
      case "move": {
        const { path, t } = event;
        let [x = 0, y = 0] = path;
        let after = t;
        yield { type: "move", event, ts, x, y, depth: null };
        for (let i = 2; i + 2 < path.length; i += 3) {
          after += path[i] ?? 0;
          x += path[i + 1] ?? 0;
          y += path[i + 2] ?? 0;
          yield { type: "move", event, ts: timeOf({ t: after }), x, y, depth: null };
        }
        break;
      }
      case "scroll":
        // A scroll inside a container is none of the page's.
        if (event.el === undefined) yield { ...nowhere, type: "scroll", event, ts, depth: depthOf(event, page) };
        break;
      case "custom":
      case "goal":
        yield { ...nowhere, type: "custom", event, ts };
        break;
      case "input":
      case "keyboard":
        yield { ...nowhere, type: event.type, event, ts };
    }
  }
}

/** How far down the page was scrolled: heat-sdk says it, ours says the deepest visible edge. */
function depthOf(event: { readonly max: number; readonly scrollDepthPct?: unknown }, { dh, vh }: Page): number {
  if (typeof event.scrollDepthPct === "number") return Math.round(event.scrollDepthPct);
  if (dh <= vh) return 0;
  const top = (event.max * dh) / limits.depthMille - vh;
  return Math.min(Math.max(Math.round((top * 100) / (dh - vh)), 0), 100);
}
