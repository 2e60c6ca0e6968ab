import type { Envelope } from "@isotherm/protocol";
import { readDatabase, storedIds } from "../kit/stored.js";

/** How often something was produced or stored, by its name. */
export type Counts = ReadonlyMap<string, number>;

/** What a comparison finds. */
export interface Difference {
  readonly produced: number;
  readonly stored: number;
  /** What is missing and what is there too often, by name, each as often as that. */
  readonly lost: readonly string[];
  readonly twice: readonly string[];
}

/** Adds to a count. */
export function add(counts: Map<string, number>, name: string, more = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + more);
}

export function compare(produced: Counts, stored: Counts): Difference {
  const lost: string[] = [];
  const twice: string[] = [];
  for (const name of new Set([...produced.keys(), ...stored.keys()])) {
    const over = (stored.get(name) ?? 0) - (produced.get(name) ?? 0);
    for (let i = 0; i < over; i++) twice.push(name);
    for (let i = 0; i > over; i--) lost.push(name);
  }
  return { produced: sum(produced), stored: sum(stored), lost, twice };
}

/** Names that a scenario's things go by: of its pages, and of what was pressed and viewed on them. */
export const pathOf = (scenario: string): string => `/pricing/${scenario}`;
export const viewOf = (path: string): string => `view of ${path}`;
export const pressOn = (path: string): string => `press on ${path}`;
export const batchNamed = (id: string): string => `batch ${id}`;

/**
 * What the collector with its data in `folder` holds of a scenario: its events by their unique names, views and presses
 * by page; and of batches those that were `produced`. Read beside the running collector.
 */
export function storedOf(folder: string, scenario: string, produced: Counts): Counts {
  const counts = new Map<string, number>();
  readDatabase(folder, (rows) => {
    const events = rows(
      `SELECT text AS name, count(*) AS n FROM events JOIN strings ON strings.n = events.name
       WHERE type = 'custom' AND substr(text, 1, length(?) + 1) = ? || ' ' GROUP BY text`,
      ...[scenario, scenario],
    ) as { name: string; n: number }[];
    for (const { name, n } of events) add(counts, name, n);
    const path = pathOf(scenario);
    const pages = rows(
      `SELECT text AS path, sum(views) AS views, sum(clicks) AS clicks FROM raw JOIN strings ON strings.n = raw.page
       WHERE text = ? OR substr(text, 1, length(?) + 1) = ? || '/' GROUP BY text`,
      ...[path, path, path],
    ) as { path: string; views: number; clicks: number }[];
    for (const { path: page, views, clicks } of pages) {
      if (views) add(counts, viewOf(page), views);
      if (clicks) add(counts, pressOn(page), clicks);
    }
  });
  if ([...produced.keys()].some((name) => name.startsWith(batchNamed("")))) {
    for (const name of storedIds(folder).map(batchNamed)) if (produced.has(name)) add(counts, name);
  }
  return counts;
}

/** How often a batch of a scenario's pages is among posted envelopes once more. */
export function repeatsIn(posted: readonly string[], scenario: string): number {
  const path = pathOf(scenario);
  const known = new Set<string>();
  let repeats = 0;
  for (const { batches } of posted.map((body) => JSON.parse(body) as Pick<Envelope, "batches">)) {
    for (const { id, page } of batches) {
      const { pathname } = new URL(page.url);
      if (pathname !== path && !pathname.startsWith(`${path}/`)) continue;
      if (known.has(id)) repeats++;
      known.add(id);
    }
  }
  return repeats;
}

/** Names in their order, those that only count on drawn together: `burst 3 to 20`. */
export function inBrief(names: readonly string[]): string {
  const runs: { text: string; from: number; to: number }[] = [];
  for (const name of names) {
    const [, text = name, number] = /^(.*) (\d+)$/.exec(name) ?? [];
    const n = number === undefined ? Number.NaN : Number(number);
    const last = runs.at(-1);
    if (last?.text === text && n === last.to + 1) last.to = n;
    else runs.push({ text, from: n, to: n });
  }
  return runs
    .map(({ text, from, to }) => (Number.isNaN(from) ? text : `${text} ${from}${to > from ? ` to ${to}` : ""}`))
    .join(", ");
}

function sum(counts: Counts): number {
  return [...counts.values()].reduce((all, one) => all + one, 0);
}
