import type { Json } from "@isotherm/protocol";
import type { WebEvent } from "./events/web-event.js";

/** A value as OTLP's JSON writes it (opentelemetry-proto, common.proto); an empty one stands for null. */
export type AnyValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: number }
  | { readonly doubleValue: number }
  | { readonly arrayValue: { readonly values: readonly AnyValue[] } }
  | { readonly kvlistValue: { readonly values: readonly KeyValue[] } }
  | { readonly [none: string]: never };

/** An attribute. */
export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** A log record (opentelemetry-proto, logs.proto). */
export interface LogRecord {
  /** 64-bit integers are decimal texts. */
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: AnyValue;
  readonly attributes: readonly KeyValue[];
}

// SeverityNumber of logs.proto.
const info = { severityNumber: 9, severityText: "INFO" };
const error = { severityNumber: 17, severityText: "ERROR" };

/** Writes an event as a record. The names of attributes are those of npm's `@opentelemetry/semantic-conventions`. */
export function logRecordOf(web: WebEvent, options: { readonly sendAddress: boolean }): LogRecord {
  const { event, name, at, batch, id, session, visitor, user, agent, address } = web;
  const { page, edge } = batch;
  const attributes: { readonly [key: string]: Json | undefined } = {
    ...saidOf(web),
    "log.record.uid": id,
    "session.id": session,
    "user.id": user,
    "url.full": page.url,
    "browser.language": page.lang,
    "user_agent.original": agent,
    ...(options.sendAddress && { "client.address": address }),
    "isotherm.type": event.type,
    "isotherm.visitor": visitor,
  };
  return {
    timeUnixNano: nanosOf(at),
    observedTimeUnixNano: nanosOf(edge.at),
    ...(event.type === "error" ? error : info),
    eventName: name,
    // For receivers that are older than `eventName`.
    body: { stringValue: name },
    attributes: Object.entries(attributes).flatMap(([key, value]) =>
      value === undefined ? [] : [{ key, value: anyValue(value) }],
    ),
  };
}

function saidOf({ event, properties, batch: { page } }: WebEvent): { readonly [key: string]: Json | undefined } {
  if (event.type === "page") {
    return { "isotherm.title": page.title, "isotherm.referrer": page.referrer, "isotherm.navigation": page.nav };
  }
  if (event.type !== "error") return properties;
  const { message, source, line, col, stack, ...rest } = properties;
  return {
    ...rest,
    "exception.message": message,
    "exception.stacktrace": stack,
    "code.file.path": source,
    "code.line.number": line,
    "code.column.number": col,
  };
}

function anyValue(value: Json): AnyValue {
  if (value === null) return {};
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  // An integer that 64 bits cannot hold would make a receiver refuse all that is in the request.
  if (typeof value === "number") return Number.isSafeInteger(value) ? { intValue: value } : { doubleValue: value };
  if (isList(value)) return { arrayValue: { values: value.map(anyValue) } };
  const values = Object.entries(value).map(([key, inner]) => ({ key, value: anyValue(inner) }));
  return { kvlistValue: { values } };
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const nanosOf = (ms: number): string => `${BigInt(Math.round(ms)) * 1_000_000n}`;
