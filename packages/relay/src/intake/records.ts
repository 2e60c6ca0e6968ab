import type { Tally } from "@isotherm/journal";
import { type Gone, limits, type Rejection, type SealedBatch, type SiteBriefing } from "@isotherm/protocol";
import { sealedJson } from "@isotherm/protocol/seal";
import { sha256 } from "@isotherm/protocol/signature";
import type { RelayRecord } from "../journal-record/record.js";

/** One request's batches, checked and sealed. */
export interface Storing {
  readonly key: string;
  readonly site: SiteBriefing;
  readonly receivedAt: number;
  /** The visitor's whole address, for the targets that need it. */
  readonly address: string | undefined;
  readonly sealed: readonly SealedBatch[];
  /** The JSON of each as it came, where sealing is all that was done to it. */
  readonly raw: readonly (Uint8Array | undefined)[];
  readonly gone: readonly Gone[];
  /** Counted with the records, or not at all. */
  readonly tally: Tally;
  /** Keeps alive what goes on behind the answer. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/** A record under the id by which it is recognised. */
export interface NamedRecord {
  readonly id: string;
  readonly record: RelayRecord;
}

/** What is to be brought to the targets. */
export interface Records {
  readonly batches: readonly NamedRecord[];
  /** Discards that the sender reported; undefined where there are none, or no batch that could carry them. */
  readonly report: NamedRecord | undefined;
  /** Batches that are too large once they are sealed. */
  readonly rejected: readonly Rejection[];
}

const encoder = new TextEncoder();
const nothing = new Uint8Array(0);
const most = limits.batchBytes + limits.edgeBytes;

/** A request as records. */
export async function recordsOf(storing: Storing): Promise<Records> {
  const { sealed, raw } = storing;
  const written = sealed.map((batch, index) => ({ id: batch.id, bytes: sealedJson(batch, raw[index]) }));
  // Numbers such as 1e20 grow when they are written again.
  const rejected = written.filter(({ bytes }) => bytes.byteLength > most).map(({ id }) => tooLarge(id));
  const kept = written.filter(({ bytes }) => bytes.byteLength <= most);
  return {
    batches: kept.map(({ id, bytes }) => recordOf(storing, "batch", id, bytes, nothing)),
    report: storing.gone.length === 0 ? undefined : await reportOf(storing, kept),
    rejected,
  };
}

function recordOf(
  { key, site, receivedAt, address }: Storing,
  kind: "batch" | "gone",
  id: string,
  batch: Uint8Array,
  gone: Uint8Array,
): NamedRecord {
  const record = { kind, key, site: site.id, receivedAt, batch, gone, ...(address !== undefined && { address }) };
  return { id, record };
}

/**
 * Discards travel in an envelope, and an envelope needs a batch. The smallest one at hand goes along, for the case that
 * it was in the journal already and nothing else comes for this key; whoever stores it twice recognises its id.
 */
async function reportOf(
  storing: Storing,
  kept: readonly { readonly bytes: Uint8Array }[],
): Promise<NamedRecord | undefined> {
  const [carrier] = [...kept].sort((a, b) => a.bytes.byteLength - b.bytes.byteLength);
  if (carrier === undefined) return undefined;
  const json = JSON.stringify(storing.gone);
  const hash = await sha256(`${storing.site.id}\n${json}`);
  return recordOf(storing, "gone", `gone-${hash}`, carrier.bytes, encoder.encode(json));
}

const tooLarge = (id: string): Rejection => ({
  id,
  code: "batch_too_large",
  message: `/batches must not have more than ${most} bytes each once they are sealed`,
});
