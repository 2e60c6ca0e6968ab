import type { Batch, BreakdownAnswer, HeatmapAnswer } from "@isotherm/protocol";
import type { System } from "./system.js";

/** How often each page was seen and pressed, and each event happened. */
export interface Counts {
  readonly pageViews: { readonly [page: string]: number };
  readonly events: { readonly [name: string]: number };
  readonly clicks: { readonly [page: string]: number };
}

/**
 * Counts that a collector shows of a range of days, to be held against what a test's visitors did; with `search` only of
 * pages and events with that in their names.
 */
export async function countsOf(system: System, range: string, search = ""): Promise<Counts> {
  const ask = <Answer>(query: string) => system.ask<Answer>(`/sites/${system.site}/${query}${range}`);
  const breakdown = async (dimension: string) => {
    const { rows } = await ask<BreakdownAnswer>(`breakdown?dimension=${dimension}&limit=1000&search=${search}&`);
    return Object.fromEntries(rows.map(({ value, pageViews }) => [value, pageViews]));
  };
  const pageViews = await breakdown("page");
  const clicks: { [page: string]: number } = {};
  for (const page of Object.keys(pageViews)) {
    const { count } = await ask<HeatmapAnswer>(`heatmap?page=${encodeURIComponent(page)}&kind=click&`);
    if (count > 0) clicks[page] = count;
  }
  return { pageViews, events: await breakdown("event"), clicks };
}

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
