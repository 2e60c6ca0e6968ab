import { jsonLine } from "@isotherm/protocol";
import type { OptionCheck } from "../option-check.js";
import { type LineStream, streamTransport } from "../transport/stream.js";
import { classifyStatus } from "./classify-status.js";
import { type EventEntry, type EventTargetOptions, eventTarget } from "./event-target.js";
import type { WebEvent } from "./events/web-event.js";
import type { Target } from "./target.js";

/** Lines of JSON, one for each event, for whatever reads the process's output. */
export interface StdoutTargetOptions extends EventTargetOptions {
  readonly type: "stdout";
  /** Where the lines go; it is not closed. @default process.stdout */
  readonly stream?: LineStream;
}

/** What lines cannot do without. */
export function stdoutChecks({ stream }: StdoutTargetOptions, { fail }: OptionCheck): void {
  if (stream === undefined && globalThis.process?.stdout === undefined) {
    fail("stream", "give a writable stream: this runtime has no process.stdout");
  }
  if (stream === undefined) return;
  if (typeof stream?.write !== "function") fail("stream", "give a writable stream, or leave it out for process.stdout");
}

const encoder = new TextEncoder();

/** Lines of JSON. What a reader missed that went away in the middle of a write is written again. */
export function stdout(options: StdoutTargetOptions): Target {
  const { stream = process.stdout, concurrency = 1 } = options;
  const target = eventTarget(
    {
      name: "stdout",
      dedupe: "none",
      needsAddress: false,
      limits: { events: 1_000, bytes: 1_000_000 },
      write: (event) => ({ text: jsonLine(lineOf(event)) }),
      wrap: (entries) => ({
        url: "",
        headers: {},
        body: encoder.encode(entries.map(({ text }: EventEntry) => `${text}\n`).join("")),
      }),
      classify: (response) => classifyStatus(response),
    },
    { ...options, concurrency },
  );
  return { ...target, transport: streamTransport(stream) };
}

function lineOf({ id, event, name, at, visitor, user, session, agent, properties, site, batch }: WebEvent): object {
  const { page, edge } = batch;
  return {
    id,
    at: new Date(at).toISOString(),
    site,
    type: event.type,
    name,
    visitor,
    user,
    session,
    url: page.url,
    title: page.title,
    referrer: page.referrer,
    properties,
    country: edge.country,
    ip: edge.ip,
    agent,
  };
}
