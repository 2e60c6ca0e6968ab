import { type Gone, horizon, limits, type SealedBatch } from "@isotherm/protocol";
import { addCount } from "./add-count.js";
import { holds, type Ranges, sizeOf, withNumber } from "./seq-ranges.js";

/** What is known about one run of the SDK: the source of the delivery figure. */
export interface Tab {
  /** Numbers of the batches that arrived. */
  readonly received: Ranges;
  /** Batches that arrived, which is more where a client gave a number twice. */
  readonly batches: number;
  readonly duplicates: number;
  /** Events that were dropped before they had a batch, by reason. */
  readonly dropped: { readonly [reason: string]: number };
  /** Batches that the client discarded: reason by number. */
  readonly gone: { readonly [seq: string]: Gone["reason"] };
  /** The number of a batch that said `last`. */
  readonly last: number | null;
  /**
   * When its first batch began (client time, corrected), or the first day since then that is kept, and when it was heard of last
   * (receipt), in ms since 1970.
   */
  readonly from: number;
  readonly seen: number;
  /** When the last of its batches began, in ms since 1970; 0 before any came. */
  readonly until: number;
  /** Some of its batches are no longer kept, nobody knows how many. */
  readonly isCut: boolean;
}

/** How a reason may look, of batches that were given up as well as of events. */
const word = /^[a-z][a-z_]{0,31}$/;

/** A tab that was never heard of, at its first sign of life. */
export function newTab(from: number, seen: number): Tab {
  return {
    received: [],
    batches: 0,
    duplicates: 0,
    dropped: {},
    gone: {},
    last: null,
    from,
    seen,
    until: 0,
    isCut: false,
  };
}

/** A new tab that goes on with this number: what came before it was erased, and is not missing. */
export function goingOn(tab: Tab, seq: number): Tab {
  return { ...tab, received: [[0, seq - 1]] };
}

/**
 * The tab where days before a time are not kept: what it did on them still counts for it, later. Null where it ended on them,
 * whenever that was heard of: an erasure finds tabs by batches.
 */
export function keptFrom(tab: Tab, at: number): Tab | null {
  if (tab.until < at) return null;
  return tab.from < at ? { ...tab, from: at, isCut: true } : tab;
}

/** A tab as text, without what is as in a new one: most tabs lose nothing. */
export function tabText(tab: Tab): string {
  const { received, batches, duplicates, dropped, gone, last, from, seen, until, isCut } = tab;
  return JSON.stringify({
    ...{ received, batches, from, seen, ran: until === 0 ? null : until - from },
    ...(duplicates > 0 && { duplicates }),
    ...(isEmpty(dropped) ? {} : { dropped }),
    ...(isEmpty(gone) ? {} : { gone }),
    ...(last !== null && { last }),
    ...(isCut && { isCut }),
  });
}

/** Reads a tab back; older texts say everything. */
export function readTab(text: string): Tab {
  const { ran, ...said } = JSON.parse(text) as Partial<Tab> &
    Pick<Tab, "from" | "seen"> & { readonly ran?: number | null };
  const until = ran === null ? 0 : ran === undefined ? said.seen : said.from + ran;
  return { ...newTab(0, 0), ...said, until };
}

function isEmpty(counts: object): boolean {
  for (const _ in counts) return false;
  return true;
}

/** What a batch says of its tab. */
type Word = Pick<SealedBatch, "seq" | "last" | "dropped">;

/** A newer sender's reason is counted; what else stands beside the reasons was never checked. */
function droppedBy({ dropped = {} }: Word): readonly (readonly [reason: string, count: number])[] {
  return Object.entries(dropped).filter(
    ([reason, count]) => word.test(reason) && Number.isInteger(count) && count >= 0 && count <= limits.count,
  );
}

function lastOf(tab: Tab, { seq, last }: Word): number | null {
  return last === true ? Math.max(tab.last ?? 0, seq) : tab.last;
}

/** The tab after a batch that was not there yet. */
export function withBatch(tab: Tab, batch: Word, at: number, receivedAt: number): Tab {
  const dropped: { [reason: string]: number } = { ...tab.dropped };
  for (const [reason, count] of droppedBy(batch)) addCount(dropped, reason, count);
  return {
    ...tab,
    received: withNumber(tab.received, batch.seq),
    batches: tab.batches + 1,
    dropped,
    last: lastOf(tab, batch),
    from: Math.min(tab.from, at),
    seen: Math.max(tab.seen, receivedAt),
    until: Math.max(tab.until, at),
  };
}

/** The tab after a batch that was refused since its visitor was erased: it counts nowhere, and is not missing. */
export function withRefused(tab: Tab, batch: Word): Tab {
  return { ...tab, received: withNumber(tab.received, batch.seq), last: lastOf(tab, batch) };
}

/** The tab without a batch that was erased, whose number is not missing for that; null where it may have had no other. */
export function withoutBatch(tab: Tab, batch: Word): Tab | null {
  if (tab.batches <= 1 || tab.isCut) return null;
  const erased = new Map(droppedBy(batch));
  const left = Object.entries(tab.dropped).map(
    ([reason, count]) => [reason, count - (erased.get(reason) ?? 0)] as const,
  );
  return { ...tab, batches: tab.batches - 1, dropped: Object.fromEntries(left.filter(([, count]) => count > 0)) };
}

/** The tab after a copy of a batch that was there. */
export function withDuplicate(tab: Tab): Tab {
  return { ...tab, duplicates: tab.duplicates + 1 };
}

/** The tab after the client reported a discarded batch; a report that comes twice counts once. */
export function withGone(tab: Tab, { seq, reason }: Gone, receivedAt: number): Tab {
  const known = tab.gone[seq];
  // Of two reasons for one number the first in the alphabet stays, so that the order of arrival does not matter.
  const kept = known !== undefined && known < reason ? known : reason;
  return {
    ...tab,
    gone: { ...tab.gone, [seq]: kept },
    from: Math.min(tab.from, receivedAt),
    seen: Math.max(tab.seen, receivedAt),
  };
}

/** What a tab adds to the delivery figure at this time. */
export interface TabDelivery {
  /** It never said `last`, or went on after it. */
  readonly open: boolean;
  readonly pending: number;
  readonly lost: number;
  readonly gone: { readonly [reason: string]: number };
}

/** Reads a tab's gaps: numbers below the highest that neither arrived nor were reported. */
export function deliveryOf(tab: Tab, now: number): TabDelivery {
  const gone: { [reason: string]: number } = {};
  let reported = 0;
  let highest = tab.received.at(-1)?.[1] ?? -1;
  for (const [text, reason] of Object.entries(tab.gone)) {
    const seq = Number(text);
    highest = Math.max(highest, seq);
    // It was given up by the client, but an earlier attempt had arrived.
    if (holds(tab.received, seq)) continue;
    reported++;
    addCount(gone, reason, 1);
  }
  const gaps = highest + 1 - sizeOf(tab.received) - reported;
  const old = now - tab.seen > horizon.send;
  const closed = tab.last !== null && tab.last >= highest;
  return { open: !closed, pending: old ? 0 : gaps, lost: reported + (old ? gaps : 0), gone };
}
