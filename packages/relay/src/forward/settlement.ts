import type { Position, ReaderState } from "@isotherm/journal";
import { bury } from "../dead-letters/bury.js";
import { passed } from "../ledger/names.js";
import { severity } from "../ledger/severity.js";
import type { Entry, Item, RefusedEntry } from "../target/target.js";
import { type Committer, committer } from "./committer.js";
import type { ForwarderParts } from "./forwarder-parts.js";
import { progress } from "./progress.js";

/** Keeps account of what was read and of what became of it, and moves the cursor after it. */
export interface Settlement {
  readonly cursor: Committer;
  /** Nothing that was read is open. */
  readonly idle: boolean;
  /** More can be read without holding too much in memory. */
  readonly hasRoom: boolean;
  /** Half of that room is taken. */
  readonly isCrowded: boolean;
  /**
   * An item was read, which is settled once all of its entries are; at once, as left out by choice, where there is none.
   * False when an earlier run has settled it.
   */
  open(item: Item, entries: readonly Entry[]): boolean;
  forwarded(entries: readonly Entry[]): void;
  /** Given up without a trace at the target, by reason. */
  dropped(entries: readonly Entry[], reason: string): void;
  /** They may have arrived, and are sent again to a target that would not know: each item is counted once. */
  doubted(entries: readonly Entry[]): void;
  /** Settles entries once they are in the dead letters; rejects, and settles nothing, when they cannot be written there. */
  bury(refused: readonly RefusedEntry[]): Promise<void>;
  /** Nothing is left of what stood up to a place. */
  missing(position: Position): void;
  /** Nothing is sent any more: what the target may have of the open items, and gets again after a restart, is counted. */
  leave(): void;
}

/** Records between the cursor and the newest one read: so many come again after a crash, and are recognised by their ids. */
const recordsAhead = 65_536;
/** Bytes of memory for what is not settled, per request that may be in flight. */
const bytesAhead = 2_097_152;

/** Least time between two writes of a cursor whose target recognises what comes again after a crash, in ms. */
const commitEveryMs = 50;

/** The account of one target from a place on. */
export function settlement(
  parts: ForwarderParts,
  start: ReaderState,
  on: { readonly moved: (position: Position) => void; readonly settled: () => void },
): Settlement {
  const { target, journal, deadLetters, log, now } = parts;
  const { name } = target;
  const steps = progress(start);
  const open = new Map<Item, OpenItem>();
  let bytes = 0;
  const everyMs = target.dedupe === "id" ? commitEveryMs : 0;
  const cursor = committer({ journal, name, start: start.position, progress: steps, log, everyMs, onMoved: on.moved });

  const isTaken = (share: number): boolean =>
    steps.size >= recordsAhead * share || bytes >= bytesAhead * target.concurrency * share;

  const settle = (item: Item, { outcome, doubted, weight }: OpenItem): void => {
    open.delete(item);
    bytes -= weight;
    const counter = counterOf(item, name, outcome);
    steps.settle(item.position, { [counter]: 1, ...(doubted && { [passed.maybeDuplicate]: 1 }) });
    cursor.nudge();
    on.settled();
  };

  const conclude = (entries: readonly Entry[], outcome: string): void => {
    for (const { item } of entries) {
      const state = open.get(item);
      if (state === undefined) continue;
      state.left--;
      if (severity(outcome) > severity(state.outcome)) state.outcome = outcome;
      if (state.left === 0) settle(item, state);
    }
  };

  return {
    cursor,
    get idle() {
      return steps.size === 0;
    },
    get hasRoom() {
      return !isTaken(1);
    },
    get isCrowded() {
      return isTaken(1 / 2);
    },
    open(item, entries) {
      if (!steps.open(item.position)) return false;
      const state = {
        entries: entries.length,
        left: entries.length,
        outcome: entries.length === 0 ? passed.filtered : passed.forwarded,
        doubted: false,
        weight: weightOf(item, entries),
      };
      bytes += state.weight;
      open.set(item, state);
      if (entries.length === 0) settle(item, state);
      return true;
    },
    forwarded: (entries) => conclude(entries, passed.forwarded),
    dropped: (entries, reason) => conclude(entries, passed.dropped(reason)),
    doubted(entries) {
      for (const { item } of entries) {
        const state = open.get(item);
        if (state !== undefined) state.doubted = true;
      }
    },
    async bury(refused) {
      await bury(refused, { target: name, at: now(), deadLetters, log });
      conclude(
        refused.map(({ entry }) => entry),
        passed.dead,
      );
    },
    missing(position) {
      const lost = steps.gap(position);
      steps.settle(position, { [passed.dropped("lost")]: lost });
      if (lost > 0) log.error({ target: name, lost }, "records were gone from the journal before the target had them");
      cursor.nudge();
    },
    leave() {
      if (target.dedupe === "id") return;
      const twice = [...open.values()].filter(({ entries, left, doubted }) => doubted || left < entries).length;
      if (twice > 0) steps.count({ [passed.maybeDuplicate]: twice });
    },
  };
}

/** An item whose entries are under way. */
interface OpenItem {
  readonly entries: number;
  left: number;
  /** The worst that became of an entry so far: one that is dead or dropped makes its item so. */
  outcome: string;
  doubted: boolean;
  /** Bytes of memory. */
  readonly weight: number;
}

function counterOf({ kind, again }: Item, target: string, outcome: string): string {
  if (again !== undefined) return again.target === target ? outcome : passed.elsewhere;
  return kind === "gone" ? passed.gone : outcome;
}

/** Bytes of memory that an item takes with its entries. */
function weightOf({ batch, gone }: Item, entries: readonly Entry[]): number {
  const size = batch.byteLength + gone.byteLength;
  return entries.reduce((sum, { weight = size }) => sum + weight, size);
}
