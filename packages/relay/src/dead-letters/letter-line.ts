import type { DeadLetter } from "./dead-letters.js";

const decoder = new TextDecoder();

/** One line of NDJSON. What cannot be read as JSON is kept as base64, so that a letter never loses what it is about. */
export function letterLine({ at, target, code, message, item }: DeadLetter): string {
  const { id, kind, key, site, receivedAt } = item;
  const head = { at, target, code, message, id, kind, key, site, receivedAt };
  return `${JSON.stringify({ ...head, ...content(item) })}\n`;
}

function content({ kind, batch, gone }: DeadLetter["item"]): object {
  try {
    return {
      batch: withoutAddress(JSON.parse(decoder.decode(batch))),
      ...(kind === "gone" && { gone: JSON.parse(decoder.decode(gone)) }),
    };
  } catch {
    let binary = "";
    for (const byte of batch) binary += String.fromCharCode(byte);
    return { raw: btoa(binary) };
  }
}

// A full address may wait in the journal for a collector with a salt; nothing else may keep it.
function withoutAddress(batch: { readonly edge?: { readonly address?: unknown } }): unknown {
  if (batch.edge?.address === undefined) return batch;
  const { address: _, ...edge } = batch.edge;
  return { ...batch, edge };
}
