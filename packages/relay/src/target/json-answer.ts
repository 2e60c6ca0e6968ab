import type { BackendResponse } from "../transport/transport.js";

const decoder = new TextDecoder();

/** An answer's body as JSON; undefined where it is none. */
export function jsonAnswer({ body }: BackendResponse): unknown {
  try {
    return JSON.parse(decoder.decode(body));
  } catch {
    return undefined;
  }
}
