import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { CollectorError } from "../collector-error.js";
import type { Place } from "./room.js";

const inflate = promisify(gunzip);

/** How many bytes a body may have as it comes, and uncompressed. */
export interface BodySize {
  readonly sent: number;
  readonly inflated: number;
}

/**
 * The uncompressed bytes of a request, which hold room in its place. Throws `body_too_large`, `encoding_unsupported`,
 * `envelope_invalid`, or `unavailable` where there is no room, as soon as it can be known.
 */
export async function readBody(
  headers: IncomingHttpHeaders,
  payload: Readable,
  { sent, inflated }: BodySize,
  place: Place,
): Promise<Buffer> {
  if (Number(headers["content-length"] ?? 0) > sent) throw tooLarge(sent);
  const encoding = (headers["content-encoding"] ?? "identity").trim().toLowerCase();
  const zipped = encoding === "gzip" || encoding === "x-gzip";
  if (!zipped && encoding !== "identity" && encoding !== "")
    throw new CollectorError("encoding_unsupported", "send the body as it is, or with Content-Encoding: gzip");
  const bytes = await collect(payload, sent, place);
  return zipped ? unpack(bytes, inflated, place) : bytes;
}

async function unpack(bytes: Buffer, most: number, place: Place): Promise<Buffer> {
  // The last four bytes say how much it becomes (https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1), unless it lies or
  // has several members: then there has to be room for the most.
  const told = Math.max(1, Math.min(bytes.length < 4 ? most : bytes.readUInt32LE(bytes.length - 4), most));
  place.take(told);
  const inflated = await inflateTo(bytes, told);
  if (inflated !== null) return inflated;
  if (told === most) throw tooLarge(most);
  place.take(most - told);
  const whole = await inflateTo(bytes, most);
  if (whole === null) throw tooLarge(most);
  return whole;
}

/** Null when there are more bytes than `most`. */
async function inflateTo(bytes: Buffer, most: number): Promise<Buffer | null> {
  try {
    return await inflate(bytes, { maxOutputLength: most });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") return null;
    throw new CollectorError("envelope_invalid", "the body is not gzip, as its Content-Encoding says", { cause });
  }
}

function tooLarge(most: number): CollectorError {
  return new CollectorError("body_too_large", `a request may have ${most} bytes here; send less at once`);
}

function collect(payload: Readable, most: number, place: Place): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (error: unknown): void => {
      payload.off("data", onData).off("end", onEnd).off("close", onClose);
      // Whoever is refused keeps nothing.
      chunks.length = 0;
      place.leave();
      // The rest is read and thrown away: a connection cut off here would lose the answer on its way to the sender.
      payload.resume();
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > most) {
        stop(tooLarge(most));
        return;
      }
      try {
        place.take(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        stop(error);
      }
    };
    const onEnd = (): void => {
      payload.off("close", onClose);
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size));
    };
    const onClose = (): void => stop(new CollectorError("envelope_invalid", "the request ended before its body did"));
    payload.on("data", onData).once("end", onEnd).once("close", onClose);
    payload.on("error", onClose);
  });
}
