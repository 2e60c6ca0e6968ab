import type { JournalRecord } from "@isotherm/journal";
import { joinBytes } from "@isotherm/protocol";
import { RelayError } from "../relay-error.js";

/** What a record of the relay's journal holds; the JSON stays bytes from here to the target. */
export interface RelayRecord {
  readonly kind: "batch" | "gone";
  /** The site's public key and id. */
  readonly key: string;
  readonly site: string;
  /** The relay's clock at receipt, in ms since 1970. */
  readonly receivedAt: number;
  /** A sealed batch; of a `gone` record, a sealed batch that came in the same request. */
  readonly batch: Uint8Array;
  /** Discards that the sender reported, as a JSON array; empty for a batch. */
  readonly gone: Uint8Array;
  /** The visitor's whole address, where a target needs it and nothing forbids it; nowhere else it is kept. */
  readonly address?: string;
  /** It is for one target alone, to which it goes a second time; absent where it is for all. */
  readonly again?: Again;
}

/** What one target refused for good, on its way there once more. */
export interface Again {
  /** The target's name. */
  readonly target: string;
  /** The batch's id, by which the target knows it: the record itself has another. */
  readonly id: string;
  /** Which of the batch's events this is, where it is one event alone. */
  readonly event?: number;
}

const version = 2;
/** Of a record for one target alone: a relay that does not know of such shall not take it for one for all. */
const addressedVersion = 3;
const kinds = { batch: 1, gone: 2 } as const;

// version, kind (1 byte each) · receivedAt (8, double) · lengths of key, site (2 each), batch (4), address (1) · key · site ·
// address · batch · gone. For one target alone, what says so stands before the key: event (4, -1 for all), lengths of target and
// id (1 each) · target · id.
const fixedBytes = 19;
const againBytes = 6;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A record as the journal keeps it. */
export function encodeRecord(id: string, record: RelayRecord): JournalRecord {
  const key = encoder.encode(record.key);
  const site = encoder.encode(record.site);
  const address = encoder.encode(record.address);
  const head = new Uint8Array(fixedBytes);
  const view = new DataView(head.buffer);
  view.setUint8(0, record.again === undefined ? version : addressedVersion);
  view.setUint8(1, kinds[record.kind]);
  view.setFloat64(2, record.receivedAt);
  view.setUint16(10, key.byteLength);
  view.setUint16(12, site.byteLength);
  view.setUint32(14, record.batch.byteLength);
  view.setUint8(18, address.byteLength);
  return { id, data: joinBytes([head, ...encodeAgain(record.again), key, site, address, record.batch, record.gone]) };
}

function encodeAgain(again: Again | undefined): readonly Uint8Array[] {
  if (again === undefined) return [];
  const target = encoder.encode(again.target);
  const id = encoder.encode(again.id);
  const head = new Uint8Array(againBytes);
  const view = new DataView(head.buffer);
  view.setInt32(0, again.event ?? -1);
  view.setUint8(4, target.byteLength);
  view.setUint8(5, id.byteLength);
  return [head, target, id];
}

/** Reads a record back. Throws a `RelayError` of code `record_invalid` on anything that was not encoded here. */
export function decodeRecord(data: Uint8Array): RelayRecord {
  try {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const kind = view.getUint8(1);
    const isAddressed = view.getUint8(0) === addressedVersion;
    if (!isAddressed && view.getUint8(0) !== version) throw new Error("unknown version");
    if (kind !== kinds.batch && kind !== kinds.gone) throw new Error("unknown kind");
    const addressed = isAddressed ? decodeAgain(data, view) : undefined;
    const keyAt = addressed?.end ?? fixedBytes;
    const siteAt = keyAt + view.getUint16(10);
    const addressAt = siteAt + view.getUint16(12);
    const batchAt = addressAt + view.getUint8(18);
    const goneAt = batchAt + view.getUint32(14);
    if (goneAt > data.byteLength) throw new Error("shorter than it says");
    return {
      kind: kind === kinds.batch ? "batch" : "gone",
      key: decoder.decode(data.subarray(keyAt, siteAt)),
      site: decoder.decode(data.subarray(siteAt, addressAt)),
      receivedAt: view.getFloat64(2),
      batch: data.subarray(batchAt, goneAt),
      gone: data.subarray(goneAt),
      ...(batchAt > addressAt && { address: decoder.decode(data.subarray(addressAt, batchAt)) }),
      ...(addressed && { again: addressed.again }),
    };
  } catch (cause) {
    throw new RelayError("record_invalid", "a record of the journal cannot be read", { cause });
  }
}

function decodeAgain(data: Uint8Array, view: DataView): { readonly again: Again; readonly end: number } {
  const event = view.getInt32(fixedBytes);
  const targetAt = fixedBytes + againBytes;
  const idAt = targetAt + view.getUint8(fixedBytes + 4);
  const end = idAt + view.getUint8(fixedBytes + 5);
  const target = decoder.decode(data.subarray(targetAt, idAt));
  const id = decoder.decode(data.subarray(idAt, end));
  return { again: { target, id, ...(event >= 0 && { event }) }, end };
}
