import { pagePath, type SealedBatch, turns, type WantedSnapshot, widthClass } from "@isotherm/protocol";
import type { FastifyBaseLogger } from "fastify";
import { buckets } from "../auth/buckets.js";
import { CollectorError } from "../collector-error.js";
import type { HeldSnapshot, NewSnapshot } from "../store/page-snapshots.js";
import type { Store } from "../store/store.js";
import type { SnapshotOptions } from "./options.js";

/** Knows which snapshots there are, and so which are wanted. */
export interface SnapshotKeeper {
  /** Of what these batches show, the pages that a snapshot is wanted of: those whose sender can bring one. */
  wanted(site: string, batches: readonly SealedBatch[]): readonly WantedSnapshot[];
  /** Those of them that it is a visitor's turn to bring: some are asked at a time, for most have gone by then. */
  askFor(site: string, batches: readonly SealedBatch[]): readonly WantedSnapshot[];
  /** Whether this one is still wanted. */
  wants(site: string, snapshot: WantedSnapshot): boolean;
  /** Stores one whose tree is JSON under gzip. */
  put(snapshot: NewSnapshot, tree: Uint8Array): Promise<void>;
  close(): void;
}

/** What a keeper works with. */
export interface SnapshotParts {
  readonly store: Pick<Store, "heldSnapshots" | "putSnapshot">;
  /** False asks for none. */
  readonly options: SnapshotOptions | false;
  readonly now: () => number;
  readonly logger: FastifyBaseLogger;
}

const day = 86_400_000;
/** Another collector may have stored some in the same store. In ms. */
const lookEvery = 60_000;
/** Visitors that are asked for one page in a minute. */
const asked = { most: 3, every: 60_000 };

const nameOf = (site: string, { page, bucket, layout }: WantedSnapshot): string =>
  `${site} ${bucket} ${layout} ${page}`;

export function snapshotKeeper({ store, options, now, logger }: SnapshotParts): SnapshotKeeper {
  const {
    refreshDays = 14,
    keepDays = 180,
    perSite = 1_000,
    bytesPerSite = 134_217_728,
    perHour = 120,
  } = options === false ? {} : options;
  if (options !== false)
    for (const [field, value] of Object.entries({ refreshDays, keepDays, perSite, bytesPerSite, perHour }))
      if (!(value > 0)) throw new CollectorError("options_invalid", `snapshots.${field} has to be above 0`);
  // To them a minute is an hour.
  const hourly = buckets({ perMinute: perHour, now: () => now() / 60 });
  const visitors = turns({ ...asked, now });
  let held: ReadonlyMap<string, number> | null = null;
  let failed = false;
  let timer: NodeJS.Timeout | undefined;
  let closed = options === false;

  const look = async (): Promise<void> => {
    try {
      const all: readonly HeldSnapshot[] = await store.heldSnapshots();
      held = new Map(all.map((one) => [nameOf(one.site, one), one.at]));
      failed = false;
    } catch (error) {
      if (!failed) logger.warn({ err: error }, "the store does not tell which snapshots it has; none is asked for");
      failed = true;
      held = null;
    }
    if (!closed) timer = setTimeout(look, failed ? lookEvery / 12 : lookEvery).unref();
  };
  if (!closed) void look();

  const wants = (site: string, snapshot: WantedSnapshot): boolean => {
    if (held === null || closed) return false;
    const at = held.get(nameOf(site, snapshot));
    return (at === undefined || now() - at >= refreshDays * day) && hourly.wait(site) === 0;
  };

  const wanted = (site: string, batches: readonly SealedBatch[]): readonly WantedSnapshot[] => {
    const found = new Map<string, WantedSnapshot>();
    for (const { page: view, edge } of batches) {
      // Who wishes not to be tracked is not asked for anything.
      if (view.layout === undefined || edge.privacy !== undefined) continue;
      const page = pagePath(view.url);
      if (page === undefined) continue;
      const one = { page, bucket: widthClass(view.vw), layout: view.layout };
      const name = nameOf(site, one);
      if (!found.has(name) && wants(site, one)) found.set(name, one);
    }
    return [...found.values()];
  };

  return {
    wants,
    wanted,
    askFor(site, batches) {
      // Who is leaving has no time.
      const staying = batches.filter(({ last }) => !last);
      return wanted(site, staying).filter((one) => visitors.take(nameOf(site, one)));
    },
    async put(snapshot, tree) {
      const at = now();
      await store.putSnapshot(snapshot, { count: perSite, bytes: bytesPerSite, since: at - keepDays * day }, tree);
      hourly.take(snapshot.site);
      held = new Map(held).set(nameOf(snapshot.site, snapshot), snapshot.at);
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
