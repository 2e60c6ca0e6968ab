import type { Event, SealedBatch } from "@isotherm/protocol";
import { isActivity, sessionGap } from "./activity.js";
import { eventTime } from "./event-time.js";

/**
 * Cuts a batch where its own activity pauses for longer than a visit lasts, so that every part belongs to one visit as a
 * whole. Almost every batch stays in one part; one that was open while the computer slept does not. What is no activity
 * goes with the activity before it.
 */
export function splitBatch(batch: SealedBatch): readonly SealedBatch[] {
  const { nav } = batch.page;
  const timeOf = eventTime(batch);
  const times = batch.events.filter((event) => isActivity(event, nav)).map(timeOf);
  times.sort((a, b) => a - b);
  const starts = times.filter((at, index) => index > 0 && at - (times[index - 1] ?? at) > sessionGap);
  if (starts.length === 0) return [batch];
  const parts: Event[][] = [[], ...starts.map(() => [])];
  for (const event of batch.events) parts[starts.filter((start) => start <= timeOf(event)).length]?.push(event);
  return parts.map((events) => ({ ...batch, events }));
}
