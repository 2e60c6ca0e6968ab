import type { Batch, SealedBatch } from "../batch.js";
import type { Envelope, Gone } from "../envelope.js";
import { limits } from "../limits.js";
import { type BatchCheck, checkBatch, tooDeep } from "./check-batch.js";
import { compiled } from "./compiled.js";
import { type Detail, describe } from "./describe.js";
import { outline } from "./outline.js";
import { unknownInEnvelope } from "./unknown.js";

/** How to read a body. */
export interface ReadOptions {
  /** True under a relay's signature: every batch must have its `edge`. False: any `edge` is somebody's claim and is removed. */
  readonly sealed: boolean;
}

/** An envelope with a verdict on each of its batches. */
export interface EnvelopeAccepted<B extends Batch = Batch> {
  readonly ok: true;
  readonly key: string;
  /** Sender's clock at this attempt, in ms; absent means no correction. */
  readonly sentAt: number | undefined;
  readonly gone: readonly Gone[];
  /** In the order of the envelope. */
  readonly batches: readonly BatchCheck<B>[];
  /** Unknown fields and event types in all: the envelope's own and those of every batch that is good. */
  readonly unknown: number;
}

/** A body that is no envelope: not JSON, too deep, or with a fault outside its batches. */
export interface EnvelopeRefused {
  readonly ok: false;
  /** For a person. */
  readonly message: string;
  readonly details: readonly Detail[];
}

/** What reading a body gave. */
export type EnvelopeRead<B extends Batch = Batch> = EnvelopeAccepted<B> | EnvelopeRefused;

const envelopeHead = compiled.envelope as NonNullable<typeof compiled.envelope>;

/**
 * Reads a request body, inflated already and within `limits.requestBytes`. Never throws, whatever the bytes. Nothing is
 * repaired: known fields are as the types say or their batch is refused, unknown ones are kept and counted.
 */
export function readEnvelope(body: Uint8Array | string, options: { readonly sealed: true }): EnvelopeRead<SealedBatch>;
export function readEnvelope(body: Uint8Array | string, options: ReadOptions): EnvelopeRead;
export function readEnvelope(body: Uint8Array | string, { sealed }: ReadOptions): EnvelopeRead {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const { hopeless, places, deep } = outline(bytes, limits.depth);
  if (hopeless) return refused("", tooDeep);

  const parsed = parse(body);
  if ("fault" in parsed) return refused("", parsed.fault);
  if (!envelopeHead(parsed.value)) {
    const { path, message } = describe(envelopeHead.errors?.[0], "");
    return refused(path, message);
  }
  const envelope = parsed.value as Envelope;

  let unknown = unknownInEnvelope(envelope);
  if (unknown > limits.unknown) return refused("", `must not have more than ${limits.unknown} unknown fields`);
  const measured = places.length === envelope.batches.length;
  if (deep.size > 0 && !measured) return refused("", tooDeep);
  const batches = envelope.batches.map((batch, index) => {
    const found = measured ? places[index] : undefined;
    const raw = found && bytes.subarray(found.from, found.to);
    const size = raw?.length ?? sizeOf(batch);
    const place = { index, sealed, raw, bytes: size, deep: deep.has(index), bodyBytes: bytes.length };
    const check = checkBatch(batch, place);
    if (check.ok) unknown += check.unknown;
    return check;
  });
  return { ok: true, key: envelope.key, sentAt: envelope.sentAt, gone: envelope.gone ?? [], batches, unknown };
}

const refused = (path: string, message: string): EnvelopeRefused => ({
  ok: false,
  message: `${path === "" ? "the body" : path} ${message}`,
  details: [{ path, message }],
});

const decoder = new TextDecoder("utf-8", { fatal: true });

function parse(body: Uint8Array | string): { readonly value: unknown } | { readonly fault: string } {
  let text: string;
  try {
    text = typeof body === "string" ? body : decoder.decode(body);
  } catch {
    return { fault: "must be UTF-8" };
  }
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { fault: "must be JSON" };
  }
}

/** For envelopes whose `batches` the outline did not recognise, such as those that spell the name with an escape. */
const sizeOf = (batch: unknown): number => new TextEncoder().encode(JSON.stringify(batch)).length;
