import { createHash } from "node:crypto";
import type { JournalRecord } from "@isotherm/journal";
import type { Gone, SealedBatch } from "@isotherm/protocol";
import { CollectorError } from "../collector-error.js";
import type { ArrivedBatch, ArrivedGone } from "../store/store.js";

/** What a record of the collector's journal holds. */
export type Arrival = ({ readonly kind: "batch" } & ArrivedBatch) | ({ readonly kind: "gone" } & ArrivedGone);

const kinds = { batch: 1, gone: 2 } as const;

// kind (1 byte) · receivedAt (8 bytes, big-endian double) · length of the site's id (2 bytes) · the site's id · JSON
const fixedBytes = 11;

const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The key by which a batch counts once: its id where that is a UUID, which is unique everywhere; else a hash of site and
 * id, because ids of other kinds are only unique within their site.
 */
export function batchKey(site: string, id: string): string {
  return uuid.test(id) ? id.toLowerCase() : digest("batch", site, id);
}

/** A sealed batch as a journal record, under the key by which it counts once. */
export function encodeArrival(arrival: ArrivedBatch): JournalRecord {
  const { site, batch, receivedAt } = arrival;
  return { id: batchKey(site, batch.id), data: encode(kinds.batch, site, receivedAt, JSON.stringify(batch)) };
}

/** Reported discards as a journal record; its id is made of what it says, so that a repeated report is a duplicate. */
export function encodeGone(arrival: ArrivedGone): JournalRecord {
  const { site, gone, receivedAt } = arrival;
  const json = JSON.stringify(gone);
  return { id: digest("gone", site, json), data: encode(kinds.gone, site, receivedAt, json) };
}

/** Reads a record back. Throws a `CollectorError` of code `record_invalid` on anything that was not encoded here. */
export function decodeArrival(data: Uint8Array): Arrival {
  try {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const kind = view.getUint8(0);
    const receivedAt = view.getFloat64(1);
    const jsonAt = fixedBytes + view.getUint16(9);
    const site = text.decode(data.subarray(fixedBytes, jsonAt));
    const json: unknown = JSON.parse(text.decode(data.subarray(jsonAt)));
    if (kind === kinds.batch) return { kind: "batch", site, receivedAt, batch: json as SealedBatch };
    if (kind === kinds.gone) return { kind: "gone", site, receivedAt, gone: json as readonly Gone[] };
    throw new Error(`kind ${kind} is unknown`);
  } catch (cause) {
    throw new CollectorError("record_invalid", "a record of the journal cannot be read", { cause });
  }
}

function encode(kind: number, site: string, receivedAt: number, json: string): Uint8Array {
  const siteBytes = Buffer.from(site, "utf8");
  const data = Buffer.allocUnsafe(fixedBytes + siteBytes.length + Buffer.byteLength(json, "utf8"));
  data.writeUInt8(kind, 0);
  data.writeDoubleBE(receivedAt, 1);
  data.writeUInt16BE(siteBytes.length, 9);
  siteBytes.copy(data, fixedBytes);
  data.write(json, fixedBytes + siteBytes.length, "utf8");
  return data;
}

function digest(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
