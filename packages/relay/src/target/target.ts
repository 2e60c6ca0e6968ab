import type { RelayRecord } from "../journal-record/record.js";
import type { BackendResponse, Transport } from "../transport/transport.js";

/** A record on its way to a target. */
export interface Item extends RelayRecord {
  /** The batch's id. */
  readonly id: string;
  readonly position: number;
}

/** What a target takes or refuses as a whole: an item, or one event of it where the backend speaks of events. */
export interface Entry {
  readonly item: Item;
  /** Which of the batch's events it is, from 0; absent where it is all of them. */
  readonly event?: number;
  /** When it happened, in ms since 1970, which is what lateness counts from. @default the item's receipt */
  readonly since?: number;
  /** Why it can never be sent: it goes to the dead letters at once. */
  readonly refusal?: Refusal;
  /** Bytes of memory that it takes beside the item, its part of a request's body included. @default the item's size */
  readonly weight?: number;
}

/** Why something will never be taken. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** Entries in the shape that a backend wants them in. */
export interface TargetRequest<E extends Entry = Entry> {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
  /** The body of one attempt, where the backend wants to be told in it when it was sent. @default body, at every attempt */
  bodyAt?(now: number): Uint8Array;
  /** What is settled with this request. */
  readonly entries: readonly E[];
  /** Ids of the batches in the body, in their order; more than those of the entries where something travels along. */
  readonly batchIds: readonly string[];
  /** Requests of one lane go one after the other, as those of a visitor whose events have to arrive in order. */
  readonly lane?: string;
}

/** An entry that a target refused, and why. */
export interface RefusedEntry extends Refusal {
  readonly entry: Entry;
}

/** What an answer means. */
export type Verdict =
  | { readonly kind: "ok" }
  /** Of its entries `refused` will never be taken, and `again` were not taken and go again; all others were taken. */
  | { readonly kind: "partial"; readonly refused: readonly RefusedEntry[]; readonly again?: readonly Entry[] }
  /** Worth sending again as it is, not before `afterMs` where the target said so. */
  | { readonly kind: "retry"; readonly reason: string; readonly afterMs?: number }
  /** No answer came although the request may have arrived; it goes again not before `afterMs` where somebody said so. */
  | { readonly kind: "unknown"; readonly reason: string; readonly afterMs?: number }
  /**
   * Never worth sending again as it is; of several entries, each on its own may be. `partly` says that some were taken all
   * the same and nobody can tell which: what becomes of them is the target's `onUnknown`.
   */
  | { readonly kind: "refused"; readonly code: string; readonly message: string; readonly partly?: boolean }
  /** A mistake that concerns this request alone, as a key that the target does not know yet: it waits, others go on. */
  | { readonly kind: "held"; readonly reason: string }
  /** Somebody's mistake that will be mended: nothing goes on until then, and nothing is given up. */
  | { readonly kind: "stopped"; readonly reason: string };

/** A backend's language, and how it means what it answers. */
export interface Target<E extends Entry = Entry> {
  /** Its name in counters, cursors and health. */
  readonly name: string;
  readonly limits: TargetLimits;
  /** Whether the backend recognises what it has already. */
  readonly dedupe: "id" | "none";
  /** What becomes of a request without an answer, where a second copy would not be recognised. */
  readonly onUnknown: "resend" | "drop";
  /** What becomes of a batch that comes later than `limits.lateness`. */
  readonly late: "dead" | "send";
  /** Requests in flight at most. */
  readonly concurrency: number;
  /** It needs the visitor's whole address, which the journal then keeps for it. */
  readonly needsAddress: boolean;
  /** What it takes of an item; nothing where all of it is left out by choice. */
  entries(item: Item): readonly E[];
  /** Packs entries into requests, each within the limits; every entry is in exactly one. */
  encode(entries: readonly E[]): readonly TargetRequest<E>[];
  /** How its requests leave, where that is not by HTTP; whoever made it closes it. */
  readonly transport?: Transport;
  /** Headers of one attempt, such as its signature. */
  stamp(request: TargetRequest<E>, now: number): Promise<{ readonly [name: string]: string }>;
  classify(response: BackendResponse, request: TargetRequest<E>): Verdict;
}

/** What a backend takes. */
export interface TargetLimits {
  /** Milliseconds after which something comes too late, since it happened or, where that is not known, since its receipt. */
  readonly lateness: number;
}
