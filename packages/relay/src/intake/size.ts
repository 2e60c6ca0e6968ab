import { limits } from "@isotherm/protocol";
import { RelayError } from "../relay-error.js";
import type { Held, Incoming } from "../web/exchange.js";

const tooLarge = (most: number): RelayError =>
  new RelayError("body_too_large", `a request may hold ${most} bytes here; send less at once`);

/** Refuses by what the request says of itself, before anything is read. */
export function checkSize(incoming: Incoming, most: number = limits.requestBytes): void {
  const announced = incoming.header("content-length");
  if (announced !== undefined && Number(announced) > most) throw tooLarge(most);
}

/** Reads the body and refuses it once it is larger than a request may be, or finds no room. */
export async function readBody(incoming: Held, most: number = limits.requestBytes): Promise<Uint8Array> {
  const body = await incoming.body(most).catch((cause: unknown) => {
    if (cause instanceof RelayError) throw cause;
    throw new RelayError("envelope_invalid", "the body ended before all of it had come", { cause });
  });
  if (body === undefined) throw tooLarge(most);
  return body;
}
