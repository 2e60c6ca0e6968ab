import { gzipSync } from "node:zlib";
import type { Random } from "./random.js";

/** Bytes that travel. */
export type Bytes = Uint8Array<ArrayBuffer>;

type Mutation = (bytes: Bytes, random: Random) => Bytes;

const encoder = new TextEncoder();
const encode = (text: string): Bytes => encoder.encode(text) as Bytes;
const textOf = (bytes: Bytes): string => Buffer.from(bytes).toString("utf8");
const join = (...parts: readonly Uint8Array[]): Bytes => new Uint8Array(Buffer.concat(parts));

const fragments = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\\",
  "\\u",
  "\\ud800",
  "/*",
  "NaN",
  "\u0000",
  "\ufeff",
  "0x1",
  "1e999",
];
const literals = ["1e400", "-1e400", "1e-400", "-0", "9007199254740993", "00", "1.", "1e5", "0.1e1", "-"];
const named = ["id", "v", "key", "batches", "events", "edge", "type", "t", "page", "url", "seq", "at"];

/** What can be done to text that is JSON, or to any bytes, by name. */
const mutations: { readonly [name: string]: Mutation } = {
  "flipped bits": (bytes, random) => {
    const flipped = new Uint8Array(bytes);
    const times = Math.min(flipped.length, 1 + random.below(8));
    for (let at = 0; at < times; at++) {
      const place = random.below(flipped.length);
      flipped[place] = (flipped[place] as number) ^ (1 << random.below(8));
    }
    return flipped;
  },
  "cut end": (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  "cut start": (bytes, random) => bytes.slice(random.below(bytes.length + 1)),
  splice: (bytes, random) => {
    const [from, to, at] = [0, 0, 0].map(() => random.below(bytes.length + 1)) as [number, number, number];
    return join(bytes.slice(0, at), bytes.slice(Math.min(from, to), Math.max(from, to)), bytes.slice(at));
  },
  fragment: (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return join(bytes.slice(0, at), encode(random.pick(fragments)), bytes.slice(at));
  },
  noise: (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return join(bytes.slice(0, at), random.bytes(1 + random.below(64)), bytes.slice(at));
  },
  "another spelling of a number": (bytes, random) => {
    const text = textOf(bytes);
    const found = [...text.matchAll(/(?<=[:,[])-?\d[\d.]*(?=[,}\]])/g)];
    if (found.length === 0) return bytes;
    const { index, 0: number } = random.pick(found);
    return encode(text.slice(0, index) + random.pick(literals) + text.slice(index + number.length));
  },
  "the same key twice": (bytes, random) => {
    const text = textOf(bytes);
    const key = random.pick(named);
    const at = text.indexOf(`"${key}":`);
    if (at === -1) return bytes;
    return encode(`${text.slice(0, at)}"${key}":${random.pick(["null", "1", '"x"', "[]", "{}"])},${text.slice(at)}`);
  },
  "a key spelt with an escape": (bytes, random) => {
    const key = random.pick(named);
    const escaped = `\\u${key.charCodeAt(0).toString(16).padStart(4, "0")}${key.slice(1)}`;
    return encode(textOf(bytes).replace(`"${key}":`, `"${escaped}":`));
  },
  "white space": (bytes, random) =>
    encode(
      textOf(bytes).replaceAll(",", `,${random.pick([" ", "\n", "\t", "\r\n", "\u00a0"]).repeat(random.below(40))}`),
    ),
  "byte order mark": (bytes) => join(Uint8Array.of(0xef, 0xbb, 0xbf), bytes),
  "UTF-16": (bytes) => new Uint8Array(Buffer.from(textOf(bytes), "utf16le")),
  "bytes that are no UTF-8": (bytes, random) => {
    const at = random.below(bytes.length + 1);
    const sequence = random.pick([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0x80]]);
    return join(bytes.slice(0, at), Uint8Array.from(sequence), bytes.slice(at));
  },
  "nesting without end": (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return join(
      bytes.slice(0, at),
      encode(random.pick(["[", '{"a":', '"\\']).repeat(random.pick([17, 1_000, 100_000]))),
    );
  },
  "random bytes": (_bytes, random) => random.bytes(random.below(2_000)),
  nothing: () => new Uint8Array(0),
  "too many bytes": (bytes, random) =>
    join(bytes, encode(random.pick([" ", "x"]).repeat(random.pick([1_048_576, 1_100_000, 1_600_000])))),
};

// What costs much to send comes less often, and still hundreds of times in a drill.
const dear = ["too many bytes", "nesting without end"];
const cheap = Object.keys(mutations).filter((name) => !dear.includes(name));

/** Changes bytes in one or two ways; gives them back with their names. */
export function mutateBytes(bytes: Bytes, random: Random): { readonly bytes: Bytes; readonly how: string[] } {
  const how = Array.from({ length: 1 + random.below(2) }, () => random.pick(random.chance(0.03) ? dear : cheap));
  let changed = bytes;
  for (const name of how) changed = (mutations[name] as Mutation)(changed, random);
  return { bytes: changed, how };
}

const bomb = new Uint8Array(gzipSync(Buffer.alloc(64 * 1_048_576, 32), { level: 9 }));

/** What can be wrong with gzip, by name; the first is right. */
const packings: { readonly [name: string]: Mutation } = {
  gzip: (bytes) => new Uint8Array(gzipSync(bytes)),
  "gzip cut short": (bytes, random) => {
    const packed = gzipSync(bytes);
    return new Uint8Array(packed.subarray(0, random.below(packed.length)));
  },
  "gzip with flipped bits": (bytes, random) =>
    (mutations["flipped bits"] as Mutation)(new Uint8Array(gzipSync(bytes)), random),
  "gzip in gzip": (bytes) => new Uint8Array(gzipSync(gzipSync(bytes))),
  "gzip and noise after it": (bytes, random) => join(gzipSync(bytes), random.bytes(1 + random.below(40))),
  "gzip in two members": (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return join(gzipSync(bytes.slice(0, at)), gzipSync(bytes.slice(at)));
  },
  "no gzip": (bytes) => bytes,
  "a gzip bomb": () => bomb,
};

/** Packs bytes, rightly or wrongly. */
export function pack(bytes: Bytes, random: Random): { readonly bytes: Bytes; readonly how: string } {
  const how = random.chance(0.4) ? "gzip" : random.pick(Object.keys(packings).slice(0, random.chance(0.2) ? 8 : 7));
  return { bytes: (packings[how] as Mutation)(bytes, random), how };
}
