import type { Event, SealedBatch } from "@isotherm/protocol";
import { CollectorError } from "../../collector-error.js";
import { type Bands, decodeBands, encodeBands } from "../derive/band-code.js";
import { decodeTrails, encodeTrails } from "../derive/trail-code.js";
import { valueReader } from "../value/value-reader.js";
import { valueWriter } from "../value/value-writer.js";
import type { Connection } from "./connection.js";
import { knownFields } from "./known-fields.js";
import { interned } from "./strings.js";
import type { VisitorKind } from "./visitors.js";

/** A batch as it is kept. */
export interface Packed {
  /** The batch as bytes, its trails and bands left out, and of its ids what its row of `raw` says. */
  readonly data: Uint8Array;
  /** The trails of its moves and the bands of its attention, which pictures read alone; null without any. */
  readonly trails: Uint8Array | null;
  readonly bands: Uint8Array | null;
}

/** A packed batch with what its row of `raw` says of it. */
export interface PackedRow extends Packed {
  readonly batch_id: Uint8Array;
  /** The daily hash by which its visitor is known; null for others. */
  readonly batch_hash: string | null;
}

/** Packs batches. What may not be kept goes: the address, truncated or not, once it has served to enrich, and yesterday's hash. */
export interface Packer {
  /** `kind` is that of the visitor in the batch's row. */
  pack(batch: SealedBatch, kind: VisitorKind): Packed;
  /** Reads a batch that was packed, and remembers its words for the next ones. */
  readonly unpack: Unpack;
  /** Forgets what was learnt: after a transaction that did not happen. */
  clear(): void;
}

/** Batches after which the words of those that were read are forgotten, as they may be ever new ones. */
const mostRead = 1_000;

export function packer(connection: Connection): Packer {
  const words = interned(connection, "words");
  let unpack = unpacker(connection);
  let read = 0;
  const values = valueWriter(words.number, knownFields);
  return {
    pack(whole, kind) {
      const { address, ip, previous, visitor, ...facts } = whole.edge;
      const edge = kind === dailyKind || visitor === undefined ? facts : { ...facts, visitor };
      const { id, ...rest } = whole;
      const batch = uuid.test(id) ? rest : whole;
      const trails: (readonly number[])[] = [];
      const bands: Bands[] = [];
      const events = batch.events.map((event): Event => {
        if (event.type === "move") {
          trails.push(event.path);
          return { ...event, path: [] };
        }
        if (event.type === "attention") {
          bands.push(event.bands);
          return { ...event, bands: [] };
        }
        return event;
      });
      return {
        data: values.write({ ...batch, events, edge }),
        trails: trails.length === 0 ? null : encodeTrails(trails),
        bands: bands.length === 0 ? null : encodeBands(bands),
      };
    },
    unpack(packed) {
      if (++read % mostRead === 0) unpack = unpacker(connection);
      return unpack(packed);
    },
    clear() {
      words.clear();
      values.clear();
      unpack = unpacker(connection);
    },
  };
}

/** Visitors who are known by a daily hash alone: it is their name. */
const dailyKind: VisitorKind = "daily";

/** Selects from `raw` as `r` and `packed` as `p` what an `Unpack` reads. */
export const packedColumns: string = `r.id AS batch_id, p.data, p.trails, p.bands,
  (SELECT h.name FROM visitors h WHERE h.n = r.visitor AND h.kind = '${dailyKind}') AS batch_hash`;

/** Reads a packed batch. */
export type Unpack = (packed: PackedRow) => SealedBatch;

/** Ids that are their own key. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function unpacker(connection: Connection): Unpack {
  const known = new Map<number, string>();
  const read = valueReader((number) => {
    const text = known.get(number) ?? wordOf(connection, number);
    known.set(number, text);
    return text;
  });
  return ({ batch_id, batch_hash, data, trails, bands }) => {
    const { id, edge, ...rest } = read(data) as Omit<SealedBatch, "id"> & { readonly id?: string };
    const visitor = edge.visitor === undefined ? batch_hash : null;
    const batch: SealedBatch = {
      id: id ?? uuidOf(batch_id),
      ...rest,
      edge: visitor === null ? edge : { ...edge, visitor },
    };
    const paths = trails === null ? [] : decodeTrails(trails);
    const lists = bands === null ? [] : decodeBands(bands);
    let [path, list] = [0, 0];
    const events = batch.events.map((event): Event => {
      if (event.type === "move") return { ...event, path: paths[path++] ?? [] };
      if (event.type === "attention") return { ...event, bands: lists[list++] ?? [] };
      return event;
    });
    return { ...batch, events };
  };
}

function uuidOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function wordOf(connection: Connection, number: number): string {
  const row = connection.get<{ text: string }>("SELECT text FROM words WHERE n = ?", number);
  if (!row) throw new CollectorError("record_invalid", `the text ${number} of a packed batch is not in the database`);
  return row.text;
}
