import { jsonLine } from "@isotherm/protocol";
import { withoutAddresses } from "../passthrough/raw-request.js";
import type { DeadLetter } from "./dead-letters.js";

const decoder = new TextDecoder();

/** One line of NDJSON. What cannot be read as JSON is kept as base64, so that a letter never loses what it is about. */
export function letterLine({ at, target, code, message, item, event }: DeadLetter): string {
  const { id, kind, key, site, receivedAt } = item;
  const head = { at, target, code, message, id, kind, key, site, receivedAt, ...(event !== undefined && { event }) };
  return `${jsonLine({ ...head, ...content(item, event) })}\n`;
}

function content({ kind, batch, gone, again }: DeadLetter["item"], event: number | undefined): object {
  try {
    const request = withoutAddresses(batch);
    if (request !== undefined) return { raw: base64(request) };
    const whole = withoutAddress(JSON.parse(decoder.decode(batch)));
    return {
      batch: event === undefined ? whole : { ...whole, events: oneOf(whole.events, event - (again?.event ?? 0)) },
      ...(kind === "gone" && { gone: JSON.parse(decoder.decode(gone)) }),
    };
  } catch {
    return { raw: base64(batch) };
  }
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

const oneOf = (events: readonly unknown[] | undefined, place: number): readonly unknown[] | undefined =>
  events?.slice(place, place + 1);

interface LetterBatch {
  readonly edge?: { readonly address?: unknown };
  readonly events?: readonly unknown[];
}

// A full address may wait in the journal for a collector with a salt; nothing else may keep it.
function withoutAddress(batch: LetterBatch): LetterBatch {
  if (batch.edge?.address === undefined) return batch;
  const { address: _, ...edge } = batch.edge;
  return { ...batch, edge };
}
