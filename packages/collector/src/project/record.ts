import { createHash } from "node:crypto";
import type { JournalRecord } from "@isotherm/journal";
import type { Gone, SealedBatch } from "@isotherm/protocol";
import { CollectorError } from "../collector-error.js";
import type { ArrivedBatch, ArrivedGone } from "../store/store.js";

/** What a record of the collector's journal holds. */
export type Arrival = ({ readonly kind: "batch" } & ArrivedBatch) | ({ readonly kind: "gone" } & ArrivedGone);

/** What stands before a record's JSON: whose it is can be told without reading that. */
export interface ArrivalHead {
  readonly kind: Arrival["kind"];
  readonly site: string;
  /** By whom a batch is, as it says itself; empty for reported discards. */
  readonly visitor: string;
  readonly receivedAt: number;
}

const kinds = { gone: 2, batch: 3 } as const;

// kind (1 byte) · receivedAt (8 bytes, big-endian double) · lengths of the site's id and of the visitor's (2 bytes each) ·
// the site's id · the visitor's · JSON
const fixedBytes = 13;

const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The key by which a batch counts once: its id where that is a UUID, which is unique everywhere; else a hash of site and
 * id, because ids of other kinds are only unique within their site.
 */
export function batchKey(site: string, id: string): string {
  return uuid.test(id) ? id.toLowerCase() : digest("batch", site, id);
}

/** A sealed batch as a journal record, under the key by which it counts once; with its JSON, where that is at hand. */
export function encodeArrival(arrival: ArrivedBatch, json?: Uint8Array): JournalRecord {
  const { site, batch, receivedAt } = arrival;
  const visitor = batch.visitor ?? batch.edge.visitor ?? batch.tab;
  const head = { kind: "batch", site, visitor, receivedAt } as const;
  return { id: batchKey(site, batch.id), data: encode(head, json ?? JSON.stringify(batch)) };
}

/** Reported discards as a journal record; its id is made of what it says, so that a repeated report is a duplicate. */
export function encodeGone(arrival: ArrivedGone): JournalRecord {
  const { site, gone, receivedAt } = arrival;
  const json = JSON.stringify(gone);
  return { id: digest("gone", site, json), data: encode({ kind: "gone", site, visitor: "", receivedAt }, json) };
}

/** Reads what stands before a record's JSON. Throws a `CollectorError` of code `record_invalid` where that is not whole. */
export function readHead(data: Uint8Array): ArrivalHead {
  return orInvalid(() => headOf(bufferOf(data)));
}

/** Reads a record back. Throws a `CollectorError` of code `record_invalid` on anything that was not encoded here. */
export function decodeArrival(data: Uint8Array): Arrival {
  return orInvalid(() => {
    const { kind, site, receivedAt, jsonAt } = headOf(bufferOf(data));
    const json: unknown = JSON.parse(text.decode(data.subarray(jsonAt)));
    if (kind === "batch") return { kind, site, receivedAt, batch: json as SealedBatch };
    return { kind, site, receivedAt, gone: json as readonly Gone[] };
  });
}

function orInvalid<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw new CollectorError("record_invalid", "a record of the journal cannot be read", { cause });
  }
}

function headOf(data: Buffer): ArrivalHead & { readonly jsonAt: number } {
  const kind = (["batch", "gone"] as const).find((name) => kinds[name] === data.readUInt8(0));
  if (kind === undefined) throw new Error(`kind ${data.readUInt8(0)} is unknown`);
  const visitorAt = fixedBytes + data.readUInt16BE(9);
  const jsonAt = visitorAt + data.readUInt16BE(11);
  if (jsonAt >= data.length) throw new Error("the record ends early");
  return {
    kind,
    site: data.toString("utf8", fixedBytes, visitorAt),
    visitor: data.toString("utf8", visitorAt, jsonAt),
    receivedAt: data.readDoubleBE(1),
    jsonAt,
  };
}

function bufferOf(data: Uint8Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

function encode({ kind, site, visitor, receivedAt }: ArrivalHead, json: string | Uint8Array): Uint8Array {
  const [siteBytes, visitorBytes] = [Buffer.byteLength(site), Buffer.byteLength(visitor)];
  const jsonAt = fixedBytes + siteBytes + visitorBytes;
  const data = Buffer.allocUnsafe(jsonAt + Buffer.byteLength(json));
  data.writeUInt8(kinds[kind], 0);
  data.writeDoubleBE(receivedAt, 1);
  data.writeUInt16BE(siteBytes, 9);
  data.writeUInt16BE(visitorBytes, 11);
  data.write(site, fixedBytes);
  data.write(visitor, fixedBytes + siteBytes);
  if (typeof json === "string") data.write(json, jsonAt);
  else data.set(json, jsonAt);
  return data;
}

function digest(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
