import type { BatchJournal, Damage, Durability } from "@isotherm/journal";
import type { Room } from "../intake/room.js";
import type { Meters } from "../metrics/meters.js";
import { withDeadline } from "../registry/deadline.js";
import type { RegistryKeeper } from "../registry/registry-keeper.js";
import type { Store } from "../store/store.js";

/** The answer of `GET /v1/health`. */
export interface CollectorHealth {
  readonly status: "ok" | "degraded" | "closing";
  /** It can make a batch durable, whatever the store does. */
  readonly ready: boolean;
  /** Collector's clock, in ms since 1970. */
  readonly at: number;
  readonly journal: {
    readonly durability: Durability;
    readonly bytes: number;
    readonly maxBytes: number;
    readonly records: number;
    readonly oldestAt: number | null;
    /** False while the last write has failed. */
    readonly writable: boolean;
    /** Records lost to the bound before they were projected. */
    readonly dropped: number;
    readonly damage: readonly Damage[];
  };
  /** Bytes of bodies of requests under way, the most there may be, and the requests that found no room since the start. */
  readonly intake: { readonly bytes: number; readonly maxBytes: number; readonly turnedAway: number };
  readonly projector: {
    readonly running: boolean;
    /** Records that cannot be queried yet, and the milliseconds since the oldest of them came. */
    readonly waiting: number;
    readonly lag: number;
    /** Why the last try failed; null once one has worked again. */
    readonly failing: string | null;
    /** Records that the store does not take, kept in `aside.ndjson` and offered to it again at each start. */
    readonly aside: number;
  };
  readonly store: { readonly reachable: boolean };
  readonly registry: {
    readonly known: boolean;
    /** False while sites and keys are those of the last time the store could be asked. */
    readonly fresh: boolean;
    readonly sites: number;
    readonly keys: number;
  };
  /** Batches by what became of them and unknown fields, as long as this journal lives. */
  readonly counts: { readonly [name: string]: number };
  /** Requests refused as a whole, and batches that a privacy signal kept out, since this process started. */
  readonly refused: { readonly [code: string]: number };
  readonly dropped: { readonly [signal: string]: number };
}

/** How far the projector is. */
export type ProjectorHealth = CollectorHealth["projector"];

/** What health is read from. */
export interface HealthParts {
  readonly journal: BatchJournal;
  readonly store: Pick<Store, "ping">;
  readonly registry: RegistryKeeper;
  readonly meters: Meters;
  readonly room: Room;
  readonly projector: () => Promise<ProjectorHealth>;
  readonly now: () => number;
  readonly closing: () => boolean;
}

const patience = 1_000;

/** Looks at every part. Never rejects because the store is away. */
export async function healthOf(parts: HealthParts): Promise<CollectorHealth> {
  const { journal, store, registry, meters, now, closing } = parts;
  const [stats, projector, reachable] = await Promise.all([
    journal.stats(),
    parts.projector(),
    withDeadline(patience, store.ping()).then(
      () => true,
      () => false,
    ),
  ]);
  const known = registry.current();
  const writable = stats.failing === null && stats.bytes < stats.maxBytes;
  const ready = writable && known !== null && !closing();
  const flowing = projector.failing === null && projector.aside === 0;
  const well = ready && reachable && registry.fresh() && flowing && stats.damage.length === 0;
  return {
    status: closing() ? "closing" : well ? "ok" : "degraded",
    ready,
    at: now(),
    journal: {
      durability: journal.durability,
      bytes: stats.bytes,
      maxBytes: stats.maxBytes,
      records: stats.records,
      oldestAt: stats.oldestAt,
      writable,
      dropped: stats.dropped,
      damage: stats.damage,
    },
    intake: parts.room.state(),
    projector,
    store: { reachable },
    registry: {
      known: known !== null,
      fresh: registry.fresh(),
      sites: known?.registry.sites.length ?? 0,
      keys: known?.registry.keys.length ?? 0,
    },
    counts: stats.tally,
    refused: meters.refusals(),
    dropped: meters.droppedBySignal(),
  };
}
