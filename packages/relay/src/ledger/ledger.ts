import type { JournalStats, Tally } from "@isotherm/journal";
import { names, passed } from "./names.js";
import { owed } from "./owed.js";

/** Batches by reason. */
export type Reasons = { readonly [reason: string]: number };

/** What became of everything that came under one key: received = journaled + duplicate + refused. */
export interface KeyLedger {
  readonly received: number;
  readonly journaled: number;
  readonly duplicate: number;
  readonly refused: Reasons;
  /** Fields and event types, not batches, that this version does not know; they were kept. */
  readonly unknown: number;
  /** Of what was received, batches that an operator sent in again out of the quarantine. */
  readonly mended: number;
}

/** What became of everything journaled: journaled + replayed = forwarded + waiting + dead + dropped + filtered. */
export interface TargetLedger {
  /** Since this target was first there. */
  readonly journaled: number;
  /** Put on its way again by an operator: dead letters, and what a cursor that was set back passes a second time. */
  readonly replayed: number;
  readonly forwarded: number;
  readonly waiting: number;
  readonly dead: number;
  readonly dropped: Reasons;
  readonly filtered: number;
  /** Of all these, batches that a target which recognises no copy may hold twice: an answer to them was lost. */
  readonly maybeDuplicate: number;
}

/** What became of the requests of a pass-through. */
export interface PassthroughLedger {
  readonly came: KeyLedger;
  readonly backend: TargetLedger;
  /** Copies to Isotherm, in requests as well; absent where there are none. */
  readonly copy?: TargetLedger;
}

/** Where every batch is, from counters that were written with the records and cursors they describe. */
export interface Ledger {
  readonly keys: { readonly [key: string]: KeyLedger };
  readonly targets: { readonly [target: string]: TargetLedger };
  /** Requests of pass-throughs: what became of all that came, and of what was kept for the backend. */
  readonly passthroughs: { readonly [name: string]: PassthroughLedger };
  /** Requests, not batches, that were refused before it was clear what they hold, by reason. */
  readonly requests: Reasons;
  /** Requests that the quarantine kept, let go for newer ones (`dropped`), could not keep (`failed`) and gave back (`replayed`). */
  readonly quarantine: Reasons;
  /** Every equation holds. It cannot while the journal has lost counters to damage. */
  readonly balanced: boolean;
}

/** A pass-through's journal, with the names of its readers: the backend's, and that of its copies. */
interface ThroughFacts {
  readonly names: readonly string[];
  readonly stats: JournalStats;
}

/** The ledger of a journal, whose counters came from the intake and the forwarders of these targets. */
export function ledgerOf(
  stats: JournalStats,
  targets: readonly string[],
  through: readonly ThroughFacts[] = [],
): Ledger {
  const keys = keysOf(stats.tally);
  const journaled = sum(Object.values(keys).map((key) => key.journaled));
  const perTarget = Object.fromEntries(targets.map((name) => [name, targetOf(name, stats, journaled)]));
  const passthroughs = Object.fromEntries(through.map((it) => [it.names[0] ?? "", throughOf(it)] as const));
  const all = Object.values(passthroughs);
  const balanced =
    [...Object.values(keys), ...all.map(({ came }) => came)].every(addsUp) &&
    [...Object.values(perTarget), ...all.flatMap(({ backend, copy }) => (copy ? [backend, copy] : [backend]))].every(
      isWhole,
    );
  return {
    keys,
    targets: perTarget,
    passthroughs,
    requests: byReason(stats.tally, names.request("")),
    quarantine: byReason(stats.tally, names.quarantine("")),
    balanced,
  };
}

const addsUp = (it: KeyLedger): boolean => it.received === it.journaled + it.duplicate + total(it.refused);

const isWhole = (it: TargetLedger): boolean =>
  it.journaled + it.replayed === it.forwarded + it.waiting + it.dead + total(it.dropped) + it.filtered;

function throughOf({ names: [name = "", copy], stats }: ThroughFacts): PassthroughLedger {
  const came = keysOf(stats.tally)[name] ?? {
    received: 0,
    journaled: 0,
    duplicate: 0,
    refused: {},
    unknown: 0,
    mended: 0,
  };
  return {
    came,
    backend: targetOf(name, stats, came.journaled),
    ...(copy !== undefined && { copy: targetOf(copy, stats, came.journaled) }),
  };
}

function keysOf(tally: Tally): { [key: string]: KeyLedger } {
  const start = names.received("");
  const keys = Object.keys(tally).flatMap((name) => (name.startsWith(start) ? [name.slice(start.length)] : []));
  return Object.fromEntries(
    keys.map((key) => [
      key,
      {
        received: tally[names.received(key)] ?? 0,
        journaled: tally[names.journaled(key)] ?? 0,
        duplicate: tally[names.duplicate(key)] ?? 0,
        refused: byReason(tally, names.refused(key, "")),
        unknown: tally[names.unknown(key)] ?? 0,
        mended: tally[names.mended(key)] ?? 0,
      },
    ]),
  );
}

// What waits is measured by the places that the reader owes in the journal, not by taking the other numbers from the total: else
// nothing could ever be out of balance.
function targetOf(name: string, stats: JournalStats, journaled: number): TargetLedger {
  const reader = stats.readers[name];
  const { tally = {} } = reader ?? {};
  const gone = (stats.tally[names.gone] ?? 0) - (tally[passed.beforeGone] ?? 0) - (tally[passed.gone] ?? 0);
  const mine = stats.tally[names.again(name)] ?? 0;
  const elsewhere =
    sum(Object.values(byReason(stats.tally, names.again("")))) -
    mine -
    (tally[passed.beforeElsewhere] ?? 0) -
    (tally[passed.elsewhere] ?? 0);
  return {
    journaled: journaled - (tally[passed.before] ?? 0),
    replayed: mine - (tally[passed.beforeAgain] ?? 0) + (tally[passed.replayed] ?? 0),
    forwarded: tally[passed.forwarded] ?? 0,
    waiting: owed(stats.last, reader) - gone - elsewhere,
    dead: tally[passed.dead] ?? 0,
    dropped: byReason(tally, passed.dropped("")),
    filtered: tally[passed.filtered] ?? 0,
    maybeDuplicate: tally[passed.maybeDuplicate] ?? 0,
  };
}

function byReason(tally: Tally, start: string): Reasons {
  return Object.fromEntries(
    Object.entries(tally).flatMap(([name, count]) =>
      name.startsWith(start) ? [[name.slice(start.length), count]] : [],
    ),
  );
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

const total = (reasons: Reasons): number => sum(Object.values(reasons));
