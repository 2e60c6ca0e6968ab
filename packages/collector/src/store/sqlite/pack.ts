import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Event, SealedBatch } from "@isotherm/protocol";
import { type Bands, decodeBands, encodeBands } from "../derive/band-code.js";
import { decodeTrails, encodeTrails } from "../derive/trail-code.js";

// What batches have in common, so that even a small one gets small. Packed rows can only be read with it: it never changes.
const dictionary = Buffer.from(
  '{"id":"0193","tab":"","seq":,"last":true,"at":17,"visitor":"","consent":"unset","consent":"granted","page":{"id":"","url":"https://www.","referrer":"https://www.google.com/","title":"","nav":"load","nav":"push","vw":,"vh":,"dw":,"dh":,"sw":1920,"sh":1080,"dpr":2,"lang":"en-GB","tz":"Europe/","touch":true},"sdk":"1.0.0","events":[{"type":"input","t":,"el":"","act":"focus"},{"type":"custom","t":,"name":"","props":{}},{"type":"vital","t":,"name":"LCP","value":,"rating":"good"},{"type":"scroll","t":,"path":[,"max":},{"type":"move","t":,"path":[],"type":"attention","bands":[[0,],[1,],[2,]],"engaged":},{"type":"page","t":0},{"type":"click","t":,"n":,"x":,"y":,"el":"main>section>div:nth-of-type(2)>a button~","ex":,"ey":}],"edge":{"at":17,"skew":0,"visitor":"","salt":"202","ua":"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1 (Macintosh; Intel Mac OS X 10_15_7) (X11; Linux x86_64) (Linux; Android 10; K) Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36","lang":"en-GB","ch":{"platform":"Windows","mobile":false},"country":"","host":"","relay":""}}',
);

const windowBits = 13;
// Room for almost every packed batch. The default is eight times as much, and clearing it takes as long as the deflating.
const chunkSize = 2_048;

/** A batch as it is kept. */
export interface Packed {
  /** Deflated JSON, its trails and bands left out. */
  readonly data: Uint8Array;
  /** The trails of its moves and the bands of its attention, which pictures read alone; null without any. */
  readonly trails: Uint8Array | null;
  readonly bands: Uint8Array | null;
}

/** Selects from `packed` as `p` what `unpack` reads. */
export const packedColumns = "p.data, p.trails, p.bands";

/** Packs a batch. What may not be kept goes: the address, truncated or not, once it has served to enrich, and yesterday's hash. */
export function pack(batch: SealedBatch): Packed {
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
  const json = JSON.stringify({ ...batch, events, edge });
  return {
    data: deflateRawSync(json, { level: 5, memLevel: 4, windowBits, chunkSize, dictionary }),
    trails: trails.length === 0 ? null : encodeTrails(trails),
    bands: bands.length === 0 ? null : encodeBands(bands),
  };
}

/** Reads a packed batch. */
export function unpack({ data, trails, bands }: Packed): SealedBatch {
  const batch = JSON.parse(inflateRawSync(data, { windowBits, dictionary }).toString("utf8")) as SealedBatch;
  const paths = trails === null ? [] : decodeTrails(trails);
  const lists = bands === null ? [] : decodeBands(bands);
  let [path, list] = [0, 0];
  const events = batch.events.map((event): Event => {
    if (event.type === "move") return { ...event, path: paths[path++] ?? [] };
    if (event.type === "attention") return { ...event, bands: lists[list++] ?? [] };
    return event;
  });
  return { ...batch, events };
}
