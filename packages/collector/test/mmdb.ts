import { writeFileSync } from "node:fs";
import { parseAddress } from "@isotherm/protocol/seal";

/** A value as a record of a database may hold it. */
export type MmdbValue = string | number | boolean | readonly MmdbValue[] | { readonly [key: string]: MmdbValue };

type Node = [left: Branch, right: Branch];
type Branch = Node | number | null;

/**
 * Writes a database in MaxMind's format (https://maxmind.github.io/MaxMind-DB/) with a record for each network, as
 * `203.0.113.0/24` or `2001:db8::/32`; a longer prefix has to follow what it lies in.
 */
export function writeMmdb(file: string, networks: { readonly [network: string]: MmdbValue }): void {
  const data: Buffer[] = [];
  let length = 0;
  const root: Node = [null, null];
  for (const [network, value] of Object.entries(networks)) {
    const [address = "", prefix = ""] = network.split("/");
    const bytes = parseAddress(address) ?? [];
    // IPv4 lies in the last 32 bits of an IPv6 tree.
    const whole = bytes.length === 4 ? [...new Array<number>(12).fill(0), ...bytes] : bytes;
    insert(root, whole, Number(prefix) + (bytes.length === 4 ? 96 : 0), length);
    const record = encode(value);
    data.push(record);
    length += record.length;
  }
  const nodes = number(root);
  const places = new Map(nodes.map((node, n) => [node, n]));
  const tree = Buffer.alloc(nodes.length * 8);
  const target = (branch: Branch): number => {
    if (branch === null) return nodes.length;
    return typeof branch === "number" ? nodes.length + 16 + branch : (places.get(branch) ?? 0);
  };
  for (const [n, [left, right]] of nodes.entries()) {
    tree.writeUInt32BE(target(left), n * 8);
    tree.writeUInt32BE(target(right), n * 8 + 4);
  }
  const metadata = encode({
    ...{ binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: 0, database_type: "test" },
    ...{ description: {}, ip_version: 6, languages: [], node_count: nodes.length, record_size: 32 },
  });
  const marker = Buffer.from("abcdef4d61784d696e642e636f6d", "hex");
  writeFileSync(file, Buffer.concat([tree, Buffer.alloc(16), ...data, marker, metadata]));
}

function insert(root: Node, bytes: readonly number[], prefix: number, record: number): void {
  let node = root;
  for (let bit = 0; bit < prefix; bit++) {
    const side = (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) as 0 | 1;
    if (bit === prefix - 1) {
      node[side] = record;
      return;
    }
    const next = node[side];
    const inner: Node = Array.isArray(next) ? next : [next, next];
    node[side] = inner;
    node = inner;
  }
}

function number(root: Node): readonly Node[] {
  const found: Node[] = [root];
  for (const node of found) for (const branch of node) if (Array.isArray(branch)) found.push(branch);
  return found;
}

function encode(value: MmdbValue): Buffer {
  if (typeof value === "string") return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === "boolean") return control(14, value ? 1 : 0);
  if (typeof value === "number") {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const entries = Object.entries(value);
  return Buffer.concat([control(7, entries.length), ...entries.flatMap(([key, one]) => [encode(key), encode(one)])]);
}

/** The byte, or bytes, that say what follows and how much of it; fewer than 285 of it. */
function control(type: number, size: number): Buffer {
  const short = Math.min(size, 29);
  const rest = size < 29 ? [] : [size - 29];
  return Buffer.from(type < 8 ? [(type << 5) | short, ...rest] : [short, type - 7, ...rest]);
}
