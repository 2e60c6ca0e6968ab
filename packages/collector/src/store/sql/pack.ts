import type { Event, SealedBatch } from "@isotherm/protocol";
import { CollectorError } from "../../collector-error.js";
import { type Bands, decodeBands, encodeBands } from "../derive/band-code.js";
import { decodeTrails, encodeTrails } from "../derive/trail-code.js";
import { valueReader } from "../value/value-reader.js";
import { valueWriter } from "../value/value-writer.js";
import type { Connection } from "./connection.js";
import { knownFields } from "./known-fields.js";
import { interned } from "./strings.js";

/** A batch as it is kept. */
export interface Packed {
  /** The batch as bytes, its trails and bands left out. */
  readonly data: Uint8Array;
  /** The trails of its moves and the bands of its attention, which pictures read alone; null without any. */
  readonly trails: Uint8Array | null;
  readonly bands: Uint8Array | null;
}

/** Packs batches. What may not be kept goes: the address, truncated or not, once it has served to enrich, and yesterday's hash. */
export interface Packer {
  pack(batch: SealedBatch): Packed;
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
    pack(batch) {
      const { address, ip, previous, ...edge } = batch.edge;
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

/** Selects from `packed` as `p` what an `Unpack` reads. */
export const packedColumns = "p.data, p.trails, p.bands";

/** Reads a packed batch. */
export type Unpack = (packed: Packed) => SealedBatch;

export function unpacker(connection: Connection): Unpack {
  const known = new Map<number, string>();
  const read = valueReader((number) => {
    const text = known.get(number) ?? wordOf(connection, number);
    known.set(number, text);
    return text;
  });
  return ({ data, trails, bands }) => {
    const batch = read(data) as SealedBatch;
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

function wordOf(connection: Connection, number: number): string {
  const row = connection.get<{ text: string }>("SELECT text FROM words WHERE n = ?", number);
  if (!row) throw new CollectorError("record_invalid", `the text ${number} of a packed batch is not in the database`);
  return row.text;
}
