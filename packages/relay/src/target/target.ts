import type { RelayRecord } from "../journal-record/record.js";
import type { BackendResponse } from "../transport/transport.js";

/** A record on its way to a target. */
export interface Item extends RelayRecord {
  /** The batch's id. */
  readonly id: string;
  readonly position: number;
}

/** Items in the shape that a backend wants them in; the body stays the same at every attempt. */
export interface TargetRequest {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
  /** What is settled with this request. */
  readonly items: readonly Item[];
  /** Ids of the batches in the body, in their order; more than the items where something travels along. */
  readonly batchIds: readonly string[];
}

/** An item that a target refused, and why. */
export interface RefusedItem {
  readonly item: Item;
  readonly code: string;
  readonly message: string;
}

/** What an answer means. */
export type Verdict =
  | { readonly kind: "ok" }
  /** All but these were taken. */
  | { readonly kind: "partial"; readonly refused: readonly RefusedItem[] }
  /** Worth sending again as it is, not before `afterMs` where the target said so. */
  | { readonly kind: "retry"; readonly reason: string; readonly afterMs?: number }
  /** Never worth sending again as it is; of several items, each on its own may be. */
  | { readonly kind: "refused"; readonly code: string; readonly message: string }
  /** A mistake that concerns this request alone, as a key that the target does not know yet: it waits, others go on. */
  | { readonly kind: "held"; readonly reason: string }
  /** Somebody's mistake that will be mended: nothing goes on until then, and nothing is given up. */
  | { readonly kind: "stopped"; readonly reason: string };

/** A backend's language, and how it means what it answers. */
export interface Target {
  /** Its name in counters, cursors and health. */
  readonly name: string;
  readonly limits: TargetLimits;
  /** Whether the backend recognises a batch that it has already. */
  readonly dedupe: "id" | "none";
  /** Requests in flight at most. */
  readonly concurrency: number;
  /** Packs items into requests, each within the limits; every item is in exactly one. */
  encode(items: readonly Item[]): readonly TargetRequest[];
  /** Headers of one attempt, such as its signature. */
  stamp(request: TargetRequest, now: number): Promise<{ readonly [name: string]: string }>;
  classify(response: BackendResponse, request: TargetRequest): Verdict;
}

/** What a backend takes. */
export interface TargetLimits {
  /** Batches and bytes of one request. */
  readonly batches: number;
  readonly bytes: number;
  /** Milliseconds since receipt after which a batch comes too late. */
  readonly lateness: number;
}
