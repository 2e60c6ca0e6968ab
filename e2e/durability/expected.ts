import type { Batch } from "@isotherm/protocol";
import type { Counts } from "./answered.js";

/** What a collector has to show of batches: the test's own count, by nothing but what its visitors did. */
export function expectedCounts(batches: readonly Batch[]): Counts {
  const pageViews: { [page: string]: number } = {};
  const events: { [name: string]: number } = {};
  const clicks: { [page: string]: number } = {};
  const add = (counts: { [name: string]: number }, name: string): void => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  for (const { page, events: happened } of batches) {
    const path = new URL(page.url).pathname;
    for (const event of happened) {
      if (event.type === "page") add(pageViews, path);
      if (event.type === "click") add(clicks, path);
      if (event.type === "custom" || event.type === "goal") add(events, event.name);
    }
  }
  return { pageViews, events, clicks };
}
