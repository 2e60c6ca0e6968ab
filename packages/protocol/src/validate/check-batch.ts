import type { Rejection, RejectionCode } from "../answer.js";
import type { Batch, SealedBatch } from "../batch.js";
import type { Event } from "../event.js";
import { limits } from "../limits.js";
import { compiled } from "./compiled.js";
import { type Detail, describe } from "./describe.js";
import { unknownInBatch } from "./unknown.js";
import type { Validator } from "./validator.js";

/** One batch of an envelope: good as it is, or refused for good. */
export type BatchCheck<B extends Batch = Batch> =
  | {
      readonly ok: true;
      readonly batch: B;
      /** Its JSON, a part of the body; absent where that says something else or could not be told apart. */
      readonly raw?: Uint8Array;
      /** Its size on the wire. */
      readonly bytes: number;
      /** Fields and event types that this version does not know. */
      readonly unknown: number;
    }
  | {
      readonly ok: false;
      readonly rejection: Rejection;
      /** Events that are lost with it. */
      readonly events: number;
    };

const required = (name: string): Validator => {
  const validator = compiled[name];
  if (validator === undefined) throw new Error(`no validator was compiled for ${name}`);
  return validator;
};
const head = required("batch");
const edge = required("edge");
const byType: ReadonlyMap<string, Validator> = new Map(
  Object.entries(compiled).flatMap(([name, validator]) => {
    const [kind, type] = name.split(":");
    return kind === "event" && type !== undefined ? [[type, validator] as const] : [];
  }),
);

/** What is said of a body or batch that nests too deep. */
export const tooDeep: string = `must not nest deeper than ${limits.depth} levels`;

/** What is known of a batch before a look into it. */
export interface Place {
  readonly index: number;
  /** Its JSON in the body, where that is known. */
  readonly raw: Uint8Array | undefined;
  /** Its size on the wire, and that of the whole body. */
  readonly bytes: number;
  readonly bodyBytes: number;
  /** It nests deeper than the limit. */
  readonly deep: boolean;
  readonly sealed: boolean;
}

/** Checks one batch at its place in the envelope. */
export function checkBatch(value: unknown, place: Place): BatchCheck {
  const { index, bytes, sealed, raw } = place;
  const path = `/batches/${index}`;
  const refuse = (code: RejectionCode, fault: Detail): BatchCheck => ({
    ok: false,
    rejection: { id: idOf(value, index), code, message: `${fault.path} ${fault.message}` },
    events: eventsOf(value),
  });

  const most = sealed ? limits.batchBytes + limits.edgeBytes : limits.batchBytes;
  if (bytes > most) return refuse("batch_too_large", { path, message: `must not have more than ${most} bytes` });
  if (place.deep) return refuse("batch_invalid", { path, message: tooDeep });
  if (!head(value)) return refuse("batch_invalid", describe(head.errors?.[0], path));
  const whole = value as SealedBatch;
  if (sealed && !edge(whole.edge)) return refuse("batch_invalid", describe(edge.errors?.[0], `${path}/edge`));
  const fault = faultInEvents(whole.events, path, place.bodyBytes > limits.propertyBytes);
  if (fault !== undefined) return refuse("batch_invalid", fault);

  const batch = sealed ? whole : withoutEdge(whole);
  const unknown = unknownInBatch(batch);
  if (unknown > limits.unknown)
    return refuse("batch_invalid", {
      path,
      message: `must not have more than ${limits.unknown} unknown fields and event types`,
    });
  return { ok: true, batch, bytes, unknown, ...(raw !== undefined && batch === whole && { raw }) };
}

function faultInEvents(events: readonly Event[], path: string, measure: boolean): Detail | undefined {
  for (const [index, event] of events.entries()) {
    const validator = byType.get(event.type);
    if (validator === undefined) continue;
    if (!validator(event)) return describe(validator.errors?.[0], `${path}/events/${index}`);
    if (!measure) continue;
    const bag = event.type === "custom" ? "props" : event.type === "identify" ? "traits" : undefined;
    if (bag !== undefined && isOver(bagOf(event), limits.propertyBytes))
      return {
        path: `${path}/events/${index}/${bag}`,
        message: `must not have more than ${limits.propertyBytes} bytes`,
      };
  }
  return undefined;
}

const bagOf = (event: Event): unknown =>
  event.type === "custom" ? event.props : event.type === "identify" ? event.traits : undefined;

function isOver(value: unknown, bytes: number): boolean {
  if (value === undefined) return false;
  const text = JSON.stringify(value);
  // A UTF-16 unit takes one to three bytes of UTF-8.
  if (text.length > bytes) return true;
  return text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes;
}

function withoutEdge(batch: SealedBatch): Batch {
  if (!Object.hasOwn(batch, "edge")) return batch;
  const { edge: _, ...rest } = batch;
  return rest;
}

function idOf(value: unknown, index: number): string {
  const id = typeof value === "object" && value !== null ? (value as { readonly id?: unknown }).id : undefined;
  return typeof id === "string" && id !== "" && id.length <= limits.id ? id : `#${index}`;
}

function eventsOf(value: unknown): number {
  const events = typeof value === "object" && value !== null ? (value as { readonly events?: unknown }).events : [];
  return Array.isArray(events) ? events.length : 0;
}
