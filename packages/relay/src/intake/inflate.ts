import { limits } from "@isotherm/protocol";
import { RelayError } from "../relay-error.js";
import { chunksOf } from "../web/chunks-of.js";
import type { Held, Incoming } from "../web/exchange.js";
import { readLimited } from "../web/read-limited.js";

// https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1
const mediaType = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+[ \t]*(;|$)/;

/** Refuses a `Content-Type` that is none. What it says does not matter: beacons cannot choose theirs freely. */
export function checkType(incoming: Incoming): void {
  const type = incoming.header("content-type")?.trim() ?? "";
  if (type !== "" && !mediaType.test(type))
    throw new RelayError("encoding_unsupported", "the Content-Type is none; send text/plain or application/json");
}

/** How the body is packed; any other way is refused, before the body is read. */
export function encodingOf(incoming: Incoming): "gzip" | "identity" {
  const encoding = incoming.header("content-encoding")?.trim().toLowerCase() ?? "";
  if (encoding === "" || encoding === "identity") return "identity";
  if (encoding === "gzip" || encoding === "x-gzip") return "gzip";
  throw new RelayError("encoding_unsupported", "send the body as it is or with Content-Encoding: gzip");
}

/** Unpacks gzip, but never holds more than `most` bytes of it: a bomb is refused as soon as it passes that. Rejects with a `RelayError`. */
export type Inflate = (body: Uint8Array, most?: number) => Promise<Uint8Array>;

/** Unpacks gzip into the room that its request holds. Rejects with a `RelayError`. */
export async function unpack(
  packed: Uint8Array,
  { hold }: Held,
  inflate: Inflate,
  most: number = limits.requestBytes,
): Promise<Uint8Array> {
  // The last four bytes say how much it becomes (https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1), unless it lies or
  // has several members: then there has to be room for the most.
  const told = Math.max(1, Math.min(lengthIn(packed) ?? most, most));
  hold(told);
  try {
    return await inflate(packed, told);
  } catch (error) {
    if (told === most || !(error instanceof RelayError) || error.code !== "body_too_large") throw error;
    hold(most - told);
    return inflate(packed, most);
  }
}

function lengthIn(packed: Uint8Array): number | undefined {
  const { buffer, byteOffset, byteLength } = packed;
  return byteLength < 4 ? undefined : new DataView(buffer, byteOffset + byteLength - 4, 4).getUint32(0, true);
}

/** Why a packed body is refused. */
export const unpackable = (cause: unknown): RelayError =>
  new RelayError("envelope_invalid", "the body says gzip but cannot be unpacked", { cause });
export const unpackedTooLarge = (most: number): RelayError =>
  new RelayError("body_too_large", `a request may hold ${most} bytes after unpacking`);

/** By web standards alone. */
export const inflate: Inflate = async (body, most = limits.requestBytes) => {
  const stream = new Blob([body as BlobPart]).stream().pipeThrough(unpacker());
  const inflated = await readLimited(chunksOf(stream), most).catch((cause: unknown) => {
    throw unpackable(cause);
  });
  if (inflated === undefined) throw unpackedTooLarge(most);
  return inflated;
};

function unpacker(): DecompressionStream {
  try {
    return new DecompressionStream("gzip");
  } catch (cause) {
    // Next.js's edge runtime has one that throws.
    const message = "send the body as it is: this relay's runtime cannot unpack gzip";
    throw new RelayError("encoding_unsupported", message, { cause });
  }
}
