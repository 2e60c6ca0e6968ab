import { randomBytes } from "node:crypto";

/**
 * What the checksums of one segment's frames begin with. Whoever chooses the bytes inside a record does not know it, and
 * so cannot make them pass for a frame when the search for the next one leads through them.
 */
export interface Nonce {
  /** 16 hexadecimal digits, as the segment's heads name it. Empty in segments of version 1, which have none. */
  readonly text: string;
  /** What the checksums of headers begin with. */
  readonly header: number;
  /** What the checksums of bodies begin with. */
  readonly body: number;
}

/** That of segments of version 1. */
export const NO_NONCE: Nonce = { text: "", header: 0, body: 0 };

/** Bytes of a nonce's text. */
export const NONCE_BYTES = 16;

const TEXT = /^[0-9a-f]{16}$/;

/** One that nobody else has. */
export function freshNonce(): Nonce {
  return nonceOf(randomBytes(8).toString("hex")) ?? freshNonce();
}

/** The nonce with this text; undefined when it is no such text. Zeros alone stand for none. */
export function nonceOf(text: string): Nonce | undefined {
  if (!TEXT.test(text) || /^0+$/.test(text)) return undefined;
  return { text, header: Number.parseInt(text.slice(0, 8), 16), body: Number.parseInt(text.slice(8), 16) };
}
