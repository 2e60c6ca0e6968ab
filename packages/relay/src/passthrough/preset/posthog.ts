import { limits, type Properties } from "@isotherm/protocol";
import { classifyPosthog } from "../../target/classify-posthog.js";
import type { RawRequest } from "../raw-request.js";
import { jsonBody } from "./json-body.js";
import { isObject, plainJson, plainObject } from "./plain-json.js";
import type { Preset, ReadEvent } from "./preset.js";

const decoder = new TextDecoder();

/** What PostHog says where the page sent no key, several, or one that is none (rust/capture/src/api.rs). */
const keyRefused =
  /(event submitted without an api_key|batch submitted with inconsistent api_key|API key is not valid)/;

/**
 * PostHog takes `sent_at − timestamp` of an event from its own clock, so that a request that waited would come to lie in
 * the future (plugin-server/src/worker/ingestion/timestamps.ts). The difference is taken from the relay's clock at
 * receipt instead, and `sent_at` left out. posthog-js writes it into the body or the query, and packs bodies in gzip or
 * base64 (posthog-js 1.449, request.js).
 */
export const posthog: Preset = {
  // The routes of rust/capture/src/router.rs: below them it has none, and a 404 would stop the pass-through.
  durable: ["e", "i/v0/e", "batch", "capture", "engage", "track", "s"].map((path) => `POST /${path}/`),
  needed: ["POST /flags/", "POST /decide/"],
  answer: { status: 200, headers: { "content-type": "application/json" }, body: '{"status":"Ok"}' },
  // An event keeps its `uuid`, but nothing in PostHog's documentation promises that a second one is recognised by it.
  dedupe: "none",
  async restate(request, receivedAt) {
    const body = await jsonBody(request.body).catch(() => undefined);
    if (!isObject(body)) return request;
    const url = new URL(request.path, "http://backend");
    const said = url.searchParams.get("sent_at") ?? url.searchParams.get("_") ?? undefined;
    for (const name of ["sent_at", "_", "compression"]) url.searchParams.delete(name);
    return {
      path: url.pathname + url.search,
      headers: { ...withoutEncoding(request.headers), "content-type": "application/json" },
      body: new TextEncoder().encode(JSON.stringify(restated(body, timeOf(said), receivedAt))),
    };
  },
  addressed: (request) => request,
  classify(response, request) {
    // The key is the page's own: a wrong one says nothing about the requests of others.
    const { status, body } = response;
    if ((status === 401 || status === 403) && keyRefused.test(decoder.decode(body))) {
      return { kind: "refused", code: "key_invalid", message: "PostHog does not take the page's project API key" };
    }
    // Whoever sends a beacon reads no answer, and gets none (rust/capture/src/v0_endpoint.rs).
    if (status === 204 && new URL(request.url).searchParams.has("beacon")) return { kind: "ok" };
    return classifyPosthog(response, request);
  },
  read({ body }, receivedAt) {
    const said = plainJson<PosthogBody | readonly PosthogEvent[]>(body);
    const { batch } = said as PosthogBody;
    const events: readonly unknown[] = Array.isArray(said) ? said : Array.isArray(batch) ? batch : [said];
    return events.flatMap((event) => (isObject(event) ? readEvent(event, receivedAt) : []));
  },
};

// https://posthog.com/docs/data/events#default-properties: what begins with a dollar sign is PostHog's own.
function readEvent({ event, timestamp, properties: said }: PosthogEvent, receivedAt: number): readonly ReadEvent[] {
  const properties = plainObject<Properties>(said);
  const url = properties.$current_url;
  const isView = event === "$pageview";
  if (typeof event !== "string" || typeof url !== "string" || (event.startsWith("$") && !isView)) return [];
  const text = (name: string): string | undefined => {
    const value = properties[name];
    return typeof value === "string" && value !== "$direct" ? value : undefined;
  };
  const size = (name: string): number => {
    const value = properties[name];
    return typeof value === "number" ? value : 0;
  };
  const own = Object.entries(properties).filter(([name]) => !/^\$|^token$|^distinct_id$|^title$/.test(name));
  return [
    {
      ...(!isView && { name: event, properties: Object.fromEntries(own) }),
      at: timeOf(timestamp) ?? receivedAt,
      pageId: text("$pageview_id"),
      url,
      referrer: text("$referrer"),
      title: text("title"),
      viewport: [size("$viewport_width"), size("$viewport_height")],
      screen: [size("$screen_width"), size("$screen_height")],
    },
  ];
}

/** What of an event is read, none of it certain. */
interface PosthogEvent {
  readonly event?: unknown;
  readonly timestamp?: unknown;
  readonly properties?: unknown;
}

interface PosthogBody {
  readonly sent_at?: unknown;
  readonly batch?: unknown;
  readonly timestamp?: unknown;
  readonly offset?: unknown;
}

/** What cannot be read of it stays as it came, beside what can. */
function restated(body: unknown, sentAt: number | undefined, receivedAt: number): unknown {
  if (Array.isArray(body)) return body.map((event) => restated(event, sentAt, receivedAt));
  if (!isObject(body)) return body;
  const { sent_at, offset, ...rest } = body as PosthogBody;
  const sent = timeOf(sent_at) ?? sentAt;
  if (Array.isArray(rest.batch)) {
    return { ...rest, batch: rest.batch.map((event) => restated(event, sent, receivedAt)) };
  }
  const at = timeOf(rest.timestamp);
  if (at === undefined && (rest.timestamp ?? undefined) !== undefined) return body;
  const late = at !== undefined && sent !== undefined ? sent - at : typeof offset === "number" ? offset : undefined;
  // Of a clock that is not known to be wrong, the time is taken as it is.
  const time = late === undefined ? (at ?? receivedAt) : receivedAt - late;
  return isTime(time) ? { ...rest, timestamp: new Date(time).toISOString() } : body;
}

function timeOf(value: unknown): number | undefined {
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  const time = typeof value === "number" || /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  return isTime(time) ? time : undefined;
}

const isTime = (value: number): boolean => Math.abs(value) <= limits.time;

function withoutEncoding(headers: RawRequest["headers"]): RawRequest["headers"] {
  const { "content-encoding": _, ...rest } = headers;
  return rest;
}
