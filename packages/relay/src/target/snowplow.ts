import type { OptionCheck } from "../option-check.js";
import type { BackendResponse } from "../transport/transport.js";
import { classifyStatus } from "./classify-status.js";
import { type EventEntry, type EventTargetOptions, eventTarget } from "./event-target.js";
import { isPage, ownAnswer } from "./own-answer.js";
import { isSchema, snowplowPayload } from "./snowplow-payload.js";
import type { Target, TargetRequest, Verdict } from "./target.js";
import { under } from "./under.js";

/** A Snowplow collector, by the tracker protocol (https://docs.snowplow.io/docs/events/http-requests/). */
export interface SnowplowTargetOptions extends EventTargetOptions {
  readonly type: "snowplow";
  /** The collector's address, as `https://collector.example`. */
  readonly url: string;
  /** The application's id. @default the site's id */
  readonly appId?: string;
  /** The tracker's namespace. @default "isotherm" */
  readonly namespace?: string;
  /** Path that the collector takes POSTs on. @default "com.snowplowanalytics.snowplow/tp2" */
  readonly path?: string;
  /**
   * Schemas by the names of events, as `iglu:com.example/signup/jsonschema/1-0-0`, under which they travel with all of their
   * properties; what has none travels as a structured event. @default {}
   */
  readonly schemas?: { readonly [name: string]: string };
}

/** What Snowplow cannot do without. */
export function snowplowChecks(options: SnowplowTargetOptions, { http, text, fail }: OptionCheck): void {
  const { url, appId, namespace, path, schemas = {} } = options;
  http("url", url, "write the collector's address, as https://collector.example");
  if (appId !== undefined) text("appId", appId, "write the application's id, or leave it out");
  if (namespace !== undefined) text("namespace", namespace, "write the tracker's namespace, or leave it out");
  if (path !== undefined) text("path", path, "write the path of tracker requests, or leave it out");
  for (const [name, schema] of Object.entries(schemas)) {
    if (!isSchema(schema)) fail(`schemas.${name}`, "write a schema as iglu:com.example/signup/jsonschema/1-0-0");
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const head = '{"schema":"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4","data":[';

/**
 * Snowplow. Each event names its visitor's address and agent itself (`ip`, `ua`), and the request none: with `SP-Anonymous`
 * the collector neither takes the relay's address for the visitor's nor makes up a network user id for each request
 * (snowplow/stream-collector, Service.scala; snowplow/enrich, Transform.scala and EnrichmentManager.scala).
 */
export function snowplow(options: SnowplowTargetOptions): Target {
  const { url, path = "com.snowplowanalytics.snowplow/tp2" } = options;
  const endpoint = under(url, path.replace(/^\/+/, ""));
  return eventTarget(
    {
      name: "snowplow",
      dedupe: "id",
      needsAddress: true,
      // A collector drops what is too large for a record of its stream behind a 200: the smallest of these is SQS's, 192 kB.
      // Since 3.3.0 it refuses bodies above 2 MB (https://docs.snowplow.io/docs/api-reference/stream-collector/configure/).
      limits: { events: 1_000, bytes: 1_000_000, eventBytes: 160_000 },
      write: (web) => ({ text: JSON.stringify(snowplowPayload(web, options)) }),
      wrap: (entries) => ({
        url: endpoint,
        headers: { "content-type": "application/json; charset=UTF-8", "sp-anonymous": "*" },
        body: bodyOf(entries),
        bodyAt: (now) => bodyOf(entries, now),
      }),
      classify,
    },
    options,
  );
}

/**
 * The time of sending is written at each attempt: what Enrich takes for an event's time is when it came to the collector
 * less what lay between making and sending it (snowplow/enrich, EventEnrichments.getDerivedTimestamp).
 */
function bodyOf(entries: readonly EventEntry[], now?: number): Uint8Array {
  const sent = now === undefined ? "}" : `,"stm":"${Math.round(now)}"}`;
  return encoder.encode(`${head}${entries.map(({ text }) => text.slice(0, -1) + sent).join(",")}]}`);
}

/** A collector answers "ok" to every POST that it has read (snowplow/stream-collector, Service.scala). */
function classify(response: BackendResponse, request: TargetRequest): Verdict {
  const { status, body } = response;
  if (status >= 200 && status < 300 && !(status === 200 && decoder.decode(body).trim() === "ok")) {
    return { kind: "stopped", reason: `answers ${status}, but not as a Snowplow collector does` };
  }
  return ownAnswer(classifyStatus(response, { refused: [400, 413] }), !isPage(response), response, request);
}
