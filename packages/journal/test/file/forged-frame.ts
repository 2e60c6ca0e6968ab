import { crc32c } from "../../src/file/crc32c.js";

/** What a stranger may put into a frame of his own making, by the format's description. */
export interface Forgery {
  readonly version?: 1 | 2;
  readonly kind: "head" | "record" | "note";
  readonly position: number;
  readonly id?: string;
  readonly meta: object;
  /** What he takes for the beginnings of the checksums. @default none, as in version 1 */
  readonly nonce?: readonly [header: number, body: number];
}

/** A frame that is right in all but what its maker cannot know. */
export function forgedFrame({ version = 1, kind, position, id = "", meta, nonce = [0, 0] }: Forgery): Buffer {
  const text = JSON.stringify(meta);
  const body = Buffer.from(`${id}${text}`);
  const header = Buffer.alloc(40);
  Buffer.from([0xf5, 0x49, 0x4a, version]).copy(header);
  header.writeUInt32LE(crc32c(body, 0, body.length, nonce[1]), 8);
  header.writeUInt32LE(body.length, 12);
  header.writeDoubleLE(position, 16);
  header.writeDoubleLE(1, 24);
  header.writeUInt8({ head: 1, record: 2, note: 3 }[kind], 32);
  header.writeUInt8(3, 33);
  header.writeUInt16LE(id.length, 34);
  header.writeUInt32LE(text.length, 36);
  header.writeUInt32LE(crc32c(header, 8, 40, nonce[0]), 4);
  return Buffer.concat([header, body]);
}
