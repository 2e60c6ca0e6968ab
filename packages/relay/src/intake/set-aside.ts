import type { Batch, Edge, Rejection, Salt } from "@isotherm/protocol";
import { type SealRequest, seal } from "@isotherm/protocol/seal";
import type { Counters } from "../ledger/counters.js";
import { names } from "../ledger/names.js";
import type { Quarantine } from "../quarantine/quarantined-request.js";

/** A refusal of what might be good one day: neither too large nor too much, from a visitor who forbids nothing. */
export interface Refused {
  readonly reason: string;
  readonly message: string;
  /** What a seal would be made of. */
  readonly request: Omit<SealRequest, "sentAt">;
  readonly body: Uint8Array;
  /** Batches that were refused out of an envelope whose others were taken, with their places; absent where all of it was. */
  readonly rejected?: readonly { readonly index: number; readonly rejection: Rejection }[];
}

interface Envelope {
  readonly key?: unknown;
  readonly sentAt?: unknown;
  readonly batches?: unknown;
}

/** Puts a refusal into the quarantine, and counts what became of it. Never rejects: the answer is given in any case. */
export async function setAside(
  refused: Refused,
  means: { readonly quarantine: Quarantine; readonly salts: readonly Salt[]; readonly counters: Counters },
): Promise<void> {
  const { reason, message, request, body, rejected } = refused;
  const { quarantine, salts, counters } = means;
  const read = envelopeIn(body);
  if (read === undefined) return;
  const { text, envelope } = read;
  const { key, sentAt, batches } = envelope;
  const list: readonly unknown[] | undefined = Array.isArray(batches) ? batches : undefined;
  const kept = rejected === undefined ? list : rejected.map(({ index }) => list?.[index]);
  if (kept?.some(isForbidden)) return;
  try {
    const edge = await edgeOf({ ...request, sentAt: typeof sentAt === "number" ? sentAt : undefined }, salts);
    const dropped = await quarantine.keep({
      at: request.at,
      reason,
      message,
      ...(typeof key === "string" && { key: key.slice(0, 64) }),
      ...(kept !== undefined && { batches: kept.length }),
      edge,
      body: rejected === undefined ? text : alone(envelope, kept ?? []),
    });
    counters.add({ [names.quarantine("kept")]: 1, ...(dropped > 0 && { [names.quarantine("dropped")]: dropped }) });
  } catch {
    counters.add({ [names.quarantine("failed")]: 1 });
  }
}

/** The envelope with these batches and no others; what it said of discards has been taken. */
export function alone(envelope: object, batches: readonly unknown[]): string {
  const { gone: _, ...rest } = envelope as { readonly gone?: unknown };
  return JSON.stringify({ ...rest, batches });
}

/** A batch that says of its visitor's consent anything but that it was given, or not asked for. */
function isForbidden(batch: unknown): boolean {
  const { consent } = (typeof batch === "object" && batch !== null ? batch : {}) as { readonly consent?: unknown };
  return consent !== undefined && consent !== "granted" && consent !== "unset";
}

/** Undefined for what is no JSON: it will be none for a newer version either. */
function envelopeIn(body: Uint8Array): { readonly text: string; readonly envelope: Envelope } | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    const envelope: unknown = JSON.parse(text);
    return typeof envelope === "object" && envelope !== null ? { text, envelope } : undefined;
  } catch {
    return undefined;
  }
}

/** What a seal says of the request, without the whole address that would wait in it for a salt. */
async function edgeOf(request: SealRequest, salts: readonly Salt[]): Promise<Edge> {
  const [sealed] = await seal([{ page: { url: "" } } as Batch], request, salts);
  const { address: _, ...edge } = (sealed ?? { edge: { at: request.at, skew: 0 } }).edge as Edge;
  return edge;
}
