import type { Edge } from "@isotherm/protocol";

/** What the intake refused, as it came. */
export interface QuarantinedRequest {
  /** When it was refused, in ms since 1970. */
  readonly at: number;
  readonly reason: string;
  readonly message: string;
  /** As the request has it; absent where it has none that can be read. */
  readonly key?: string;
  /** Batches that were refused; absent where nobody can tell. */
  readonly batches?: number;
  /** What the relay knew of the request: the daily visitor and the network, where it could make them, and no address. */
  readonly edge: Edge;
  /** The envelope as JSON; of one that was taken in part, with the refused batches alone. */
  readonly body: string;
}

/** Keeps what the intake refuses, for an operator to send in again once the cause is mended. */
export interface Quarantine {
  /** Resolves to how many older requests went for this one. */
  keep(request: QuarantinedRequest): Promise<number>;
  close(): Promise<void>;
}
