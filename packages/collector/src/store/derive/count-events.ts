import type { Event, SealedBatch } from "@isotherm/protocol";
import { endsBounce, isActivity } from "./activity.js";
import { eventTime } from "./event-time.js";
import type { PieceCounts } from "./piece.js";

/** Adds up one batch. */
export function countEvents(batch: SealedBatch): PieceCounts {
  const { page } = batch;
  const timeOf = eventTime(batch);
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let first: number | null = null;
  let last: number | null = null;
  let viewed: number | null = null;
  let depth: number | null = null;
  let [views, clicks, events, breaks, engaged] = [0, 0, 0, 0, 0];
  for (const event of batch.events) {
    const at = timeOf(event);
    from = Math.min(from, at);
    to = Math.max(to, at);
    if (isActivity(event, page.nav)) {
      first = Math.min(first ?? at, at);
      last = Math.max(last ?? at, at);
    }
    if (endsBounce(event)) breaks++;
    if (event.type === "page" && page.nav !== "resume") {
      views++;
      viewed = Math.min(viewed ?? at, at);
    } else if (event.type === "click") clicks++;
    else if (event.type === "custom" || event.type === "goal") events++;
    else if (event.type === "attention") engaged += Math.round(event.engaged);
    else depth = deepest(depth, event, page.dh <= page.vh);
  }
  return { at: from, until: to, first, last, viewed, views, clicks, events, breaks, engaged, depth };
}

function deepest(depth: number | null, event: Event, fits: boolean): number | null {
  // A scroll inside a container says nothing about how much of the page was seen.
  if (event.type !== "scroll" || event.el !== undefined) return depth;
  return Math.max(depth ?? 0, fits ? 1_000 : Math.min(Math.round(event.max), 1_000));
}
