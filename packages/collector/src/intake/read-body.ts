import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { CollectorError } from "../collector-error.js";

const inflate = promisify(gunzip);

/**
 * The uncompressed bytes of a request, at most `sent` of them as they come and `inflated` of them then. Throws
 * `body_too_large`, `encoding_unsupported` or `envelope_invalid` as soon as it can be known.
 */
export async function readBody(
  headers: IncomingHttpHeaders,
  payload: Readable,
  sent: number,
  inflated: number,
): Promise<Buffer> {
  if (Number(headers["content-length"] ?? 0) > sent) throw tooLarge(sent);
  const encoding = (headers["content-encoding"] ?? "identity").trim().toLowerCase();
  const zipped = encoding === "gzip" || encoding === "x-gzip";
  if (!zipped && encoding !== "identity" && encoding !== "")
    throw new CollectorError("encoding_unsupported", "send the body as it is, or with Content-Encoding: gzip");
  const bytes = await collect(payload, sent);
  if (!zipped) return bytes;
  try {
    return await inflate(bytes, { maxOutputLength: inflated });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(inflated);
    throw new CollectorError("envelope_invalid", "the body is not gzip, as its Content-Encoding says", { cause });
  }
}

function tooLarge(most: number): CollectorError {
  return new CollectorError("body_too_large", `a request may have ${most} bytes here; send less at once`);
}

function collect(payload: Readable, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (error: CollectorError): void => {
      payload.off("data", onData).off("end", onEnd).off("close", onClose);
      // The rest is read and thrown away: a connection cut off here would lose the answer on its way to the sender.
      payload.resume();
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > most) stop(tooLarge(most));
      else chunks.push(chunk);
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
