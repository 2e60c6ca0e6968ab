import type { Damage, JournalStats } from "@isotherm/journal";
import type { BriefingState } from "../briefing/keeper.js";
import type { Forwarder, ForwarderState } from "../forward/forwarder.js";
import { names, passed } from "../ledger/names.js";
import { owed } from "../ledger/owed.js";
import type { VisitorAddresses } from "./visitors.js";

/** How a target is doing, and how much waits for it. */
export interface TargetHealth extends ForwarderState {
  /** Records that it has not settled yet. */
  readonly waiting: number;
}

/** How a pass-through is doing. */
export interface PassthroughHealth extends TargetHealth {
  /** Durable requests that came, and those that the backend has. */
  readonly received: number;
  readonly forwarded: number;
  /** Age of the oldest request that waits, in ms; null when there is none. */
  readonly oldestAgeMs: number | null;
  readonly failing: string | null;
  /** What goes to Isotherm as well; null where nothing does. */
  readonly copy: (TargetHealth & { readonly forwarded: number; readonly uncopied: number }) | null;
}

/** How the relay is doing. */
export interface RelayHealth {
  /** `failing`: takes nothing; `degraded`: takes batches, but something needs a person. */
  readonly status: "ok" | "degraded" | "failing";
  /** It can make a batch durable, whatever the targets do. */
  readonly ready: boolean;
  readonly name: string;
  readonly journal: {
    readonly durability: string;
    readonly records: number;
    readonly bytes: number;
    readonly maxBytes: number;
    /** Age of the oldest record that is kept, in ms; null when there is none. */
    readonly oldestAgeMs: number | null;
    readonly dropped: number;
    readonly damage: readonly Damage[];
    readonly failing: string | null;
    /** Readers that no target here goes by: they hold records back until they are forgotten. */
    readonly strangers: readonly string[];
  };
  /** Bytes of bodies of requests under way, and the most there may be. */
  readonly intake: { readonly bytes: number; readonly maxBytes: number };
  /** Fields and event types of newer senders that this version does not know; they were kept. */
  readonly unknown: number;
  readonly targets: { readonly [name: string]: TargetHealth };
  /** Other trackers' backends, each with a journal of its own. */
  readonly passthroughs: { readonly [name: string]: PassthroughHealth };
  readonly briefing: BriefingState;
  /** Whether visitors can be told apart by address. */
  readonly visitors: VisitorAddresses;
}

/** What health is judged by. */
export interface HealthFacts {
  readonly name: string;
  readonly durability: string;
  readonly stats: JournalStats;
  readonly forwarders: readonly Forwarder[];
  readonly passthroughs: readonly {
    readonly name: string;
    readonly forwarders: readonly [Forwarder, ...Forwarder[]];
    readonly stats: JournalStats;
  }[];
  readonly briefing: BriefingState;
  readonly visitors: VisitorAddresses;
  readonly closing: boolean;
  /** Why the journal took the last batches not; null when it did. */
  readonly refusing: string | null;
  readonly room: RelayHealth["intake"];
  readonly now: number;
}

/** Judges. */
export function healthOf(facts: HealthFacts): RelayHealth {
  const { name, durability, stats, forwarders, briefing, visitors, closing, refusing, now } = facts;
  const { records, bytes, maxBytes, oldestAt, dropped, damage } = stats;
  const failing = stats.failing ?? refusing;
  const targets = Object.fromEntries(forwarders.map((it) => [it.name, targetHealth(it, stats)]));
  const passthroughs = Object.fromEntries(facts.passthroughs.map((it) => [it.name, throughOf(it, now)]));
  const ready = !closing && failing === null && briefing.known;
  const isWell =
    damage.length === 0 &&
    dropped === 0 &&
    (visitors === "ok" || visitors === "unknown") &&
    briefing.error === null &&
    Object.values(passthroughs).every((it) => it.failing === null) &&
    [...Object.values(targets), ...Object.values(passthroughs).flatMap((it) => [it, it.copy ?? it])].every(
      ({ state, held }) => state === "running" && held === 0,
    );
  return {
    status: ready ? (isWell ? "ok" : "degraded") : "failing",
    ready,
    name,
    journal: {
      durability,
      records,
      bytes,
      maxBytes,
      oldestAgeMs: oldestAt === null ? null : Math.max(0, now - oldestAt),
      dropped,
      damage,
      failing,
      strangers: Object.keys(stats.readers).filter((reader) => !(reader in targets)),
    },
    intake: facts.room,
    unknown: Object.entries(stats.tally).reduce(
      (sum, [counter, count]) => (counter.startsWith(names.unknown("")) ? sum + count : sum),
      0,
    ),
    targets,
    passthroughs,
    briefing,
    visitors,
  };
}

const targetHealth = (it: Forwarder, { last, readers }: JournalStats): TargetHealth => ({
  ...it.state(),
  waiting: owed(last, readers[it.name]),
});

function throughOf(facts: HealthFacts["passthroughs"][number], now: number): PassthroughHealth {
  const { name, stats, forwarders } = facts;
  const [backend, copy] = forwarders;
  const of = (it: Forwarder): TargetHealth & { readonly forwarded: number } => ({
    ...targetHealth(it, stats),
    forwarded: stats.readers[it.name]?.tally[passed.forwarded] ?? 0,
  });
  const there = of(backend);
  return {
    ...there,
    received: stats.tally[names.received(name)] ?? 0,
    oldestAgeMs: stats.oldestAt === null || there.waiting === 0 ? null : Math.max(0, now - stats.oldestAt),
    failing: stats.failing,
    copy: copy === undefined ? null : { ...of(copy), uncopied: stats.tally[names.uncopied] ?? 0 },
  };
}
