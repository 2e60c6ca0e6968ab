import { pagePath, type SealedBatch, turns, type WantedSnapshot, widthClass } from "@isotherm/protocol";

/** Remembers which page snapshots the collector asked for, and whom to ask. */
export interface Wants {
  /** The collector's answer to batches of a site named these. */
  hear(site: string, wanted: readonly WantedSnapshot[]): void;
  /**
   * The pages of these batches that their visitor is to bring, by path. A few visitors are asked in a minute: some have
   * gone by then, and a busy site does not upload a thousand copies.
   */
  askFor(site: string, batches: readonly SealedBatch[]): readonly string[];
  has(site: string, snapshot: WantedSnapshot): boolean;
  /** The collector has it, or does not want it any more. */
  forget(site: string, snapshot: WantedSnapshot): void;
}

/** Milliseconds for which something stays wanted that the collector does not ask for again. */
const lifetime = 600_000;
/** Answers that were under way while it was brought may still ask for it, for so many milliseconds. */
const echo = 30_000;
/** Wants that are remembered; the oldest go first. */
const capacity = 10_000;
const asked = { most: 3, every: 60_000 };

/** Wants in memory: the collector asks again. */
export function wants(now: () => number): Wants {
  const until = new Map<string, number>();
  const quiet = new Map<string, number>();
  const visitors = turns({ ...asked, now });
  const nameOf = (site: string, { page, bucket, layout }: WantedSnapshot): string =>
    JSON.stringify([site, bucket, layout, page]);
  const isWanted = (name: string): boolean => (until.get(name) ?? 0) > now();
  const note = (map: Map<string, number>, name: string, ms: number): void => {
    map.delete(name);
    map.set(name, now() + ms);
    const oldest = map.keys().next();
    if (map.size > capacity && !oldest.done) map.delete(oldest.value);
  };

  return {
    hear(site, wanted) {
      for (const one of wanted) {
        const name = nameOf(site, one);
        if ((quiet.get(name) ?? 0) <= now()) note(until, name, lifetime);
      }
    },
    askFor(site, batches) {
      if (until.size === 0) return [];
      const pages = new Set<string>();
      for (const { page: view, edge, last } of batches) {
        const page = pagePath(view.url);
        // Who wishes not to be tracked is not asked for anything, and who is leaving has no time.
        if (page === undefined || view.layout === undefined || edge.privacy !== undefined || last) continue;
        const name = nameOf(site, { page, bucket: widthClass(view.vw), layout: view.layout });
        if (!pages.has(page) && isWanted(name) && visitors.take(name)) pages.add(page);
      }
      return [...pages];
    },
    has: (site, snapshot) => isWanted(nameOf(site, snapshot)),
    forget(site, snapshot) {
      const name = nameOf(site, snapshot);
      until.delete(name);
      note(quiet, name, echo);
    },
  };
}
