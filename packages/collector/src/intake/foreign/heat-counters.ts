/** What heat-collector counts of its intake since its start (its dist/index.js, `createMetrics`). */
export interface HeatMetrics {
  /** Requests that were taken, and that failed through a fault of the server's. */
  readonly ingestCount: number;
  readonly ingestErrorCount: number;
  /** Whole requests and single events that were refused for what is in them. */
  readonly rejectedEventCount: number;
  /** How long the last one that was taken took. */
  readonly lastIngestMs: number | null;
}

/** Counts what becomes of heat-sdk's requests, for each site by itself: one tenant's numbers are no other's business. */
export interface HeatCounters {
  taken(site: string, ms: number, rejected: number): void;
  /** `site` is null where it is not known yet. */
  refused(site: string | null): void;
  failed(site: string | null): void;
  /** Those of a site; null stands for all, and for requests that named none. */
  read(site: string | null): HeatMetrics;
  /** Those of some sites together. */
  sum(sites: readonly string[]): HeatMetrics;
}

const nothing: HeatMetrics = { ingestCount: 0, ingestErrorCount: 0, rejectedEventCount: 0, lastIngestMs: null };

export function heatCounters(): HeatCounters {
  const counts = new Map<string | null, HeatMetrics>();
  /** The sites whose requests were taken, in the order of the last of each. */
  const lately = new Set<string>();
  const change = (site: string | null, change: (metrics: HeatMetrics) => HeatMetrics): void => {
    for (const name of new Set([site, null])) counts.set(name, change(counts.get(name) ?? nothing));
  };
  const read = (site: string | null): HeatMetrics => counts.get(site) ?? nothing;
  return {
    taken(site, ms, rejected) {
      lately.delete(site);
      lately.add(site);
      change(site, (was) => ({
        ...was,
        ingestCount: was.ingestCount + 1,
        rejectedEventCount: was.rejectedEventCount + rejected,
        lastIngestMs: Math.round(ms),
      }));
    },
    refused: (site) => change(site, (was) => ({ ...was, rejectedEventCount: was.rejectedEventCount + 1 })),
    failed: (site) => change(site, (was) => ({ ...was, ingestErrorCount: was.ingestErrorCount + 1 })),
    read,
    sum(sites) {
      const last = [...lately].findLast((site) => sites.includes(site));
      return sites.map(read).reduce(
        (sum, one) => ({
          ingestCount: sum.ingestCount + one.ingestCount,
          ingestErrorCount: sum.ingestErrorCount + one.ingestErrorCount,
          rejectedEventCount: sum.rejectedEventCount + one.rejectedEventCount,
          lastIngestMs: sum.lastIngestMs,
        }),
        { ...nothing, lastIngestMs: last === undefined ? null : read(last).lastIngestMs },
      );
    },
  };
}
