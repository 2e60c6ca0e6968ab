import { joinBytes, protocolVersion } from "@isotherm/protocol";
import type { Entry, Item, TargetRequest } from "./target.js";

/** What one envelope may hold. */
export interface EnvelopeBounds {
  readonly batches: number;
  readonly bytes: number;
  /** Entries of `gone`. */
  readonly gone: number;
}

/** An envelope's bytes and what is in it. */
export type PackedEnvelope = Pick<TargetRequest, "body" | "entries" | "batchIds">;

interface OpenEnvelope {
  readonly batches: Uint8Array[];
  readonly batchIds: string[];
  readonly gone: Uint8Array[];
  readonly entries: Entry[];
  bytes: number;
  goneCount: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const comma = encoder.encode(",");
const between = encoder.encode('],"gone":[');
const end = encoder.encode("]}");
const idIn = /"id":"([^"]+)"/;

/** Joins the entries of each key, each a whole item, into envelopes, in their order. Their JSON is copied as it is, never parsed. */
export function packEnvelopes(entries: readonly Entry[], bounds: EnvelopeBounds): readonly PackedEnvelope[] {
  const byKey = new Map<string, Entry[]>();
  for (const entry of entries) {
    const group = byKey.get(entry.item.key);
    if (group === undefined) byKey.set(entry.item.key, [entry]);
    else group.push(entry);
  }
  return [...byKey].flatMap(([key, group]) => packKey(key, group, bounds));
}

function packKey(key: string, entries: readonly Entry[], bounds: EnvelopeBounds): readonly PackedEnvelope[] {
  const head = encoder.encode(`{"v":${protocolVersion},"key":${JSON.stringify(key)},"batches":[`);
  const overhead = head.byteLength + between.byteLength + end.byteLength;
  const closed: PackedEnvelope[] = [];
  let open = emptyEnvelope(overhead);
  const close = (): void => {
    if (open.entries.length > 0) closed.push(finish(head, open));
    open = emptyEnvelope(overhead);
  };

  for (const entry of entries.filter(({ item }) => item.kind === "batch")) {
    const { item } = entry;
    const bytes = item.batch.byteLength + 1;
    if (open.batches.length >= bounds.batches || open.bytes + bytes > bounds.bytes) close();
    open.batches.push(item.batch);
    open.batchIds.push(item.id);
    open.entries.push(entry);
    open.bytes += bytes;
  }
  for (const entry of entries.filter(({ item }) => item.kind === "gone")) {
    const { item } = entry;
    const list = item.gone.subarray(1, -1);
    const count = countEntries(item.gone);
    const bytes = list.byteLength + 1 + (open.batches.length === 0 ? item.batch.byteLength + 1 : 0);
    if (open.goneCount + count > bounds.gone || open.bytes + bytes > bounds.bytes) close();
    if (open.batches.length === 0) carry(open, item);
    open.gone.push(list);
    open.goneCount += count;
    open.entries.push(entry);
    open.bytes += list.byteLength + 1;
  }
  close();
  return closed;
}

const emptyEnvelope = (overhead: number): OpenEnvelope => ({
  batches: [],
  batchIds: [],
  gone: [],
  entries: [],
  bytes: overhead,
  goneCount: 0,
});

/** Lets a batch that is stored already go along, because an envelope needs one. */
function carry(open: OpenEnvelope, { batch }: Item): void {
  const id = idIn.exec(decoder.decode(batch.subarray(0, 256)))?.[1] ?? "#0";
  open.batches.push(batch);
  open.batchIds.push(id);
  open.bytes += batch.byteLength + 1;
}

function finish(head: Uint8Array, { batches, batchIds, gone, entries }: OpenEnvelope): PackedEnvelope {
  const parts = [head, ...separated(batches), ...(gone.length > 0 ? [between, ...separated(gone)] : []), end];
  return { body: joinBytes(parts), entries, batchIds };
}

const separated = (parts: readonly Uint8Array[]): Uint8Array[] =>
  parts.flatMap((part, index) => (index === 0 ? [part] : [comma, part]));

const countEntries = (gone: Uint8Array): number => (JSON.parse(decoder.decode(gone)) as readonly unknown[]).length;
