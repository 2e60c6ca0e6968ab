import type { OptionCheck } from "../option-check.js";
import type { BackendResponse } from "../transport/transport.js";
import { basicAuth } from "./basic-auth.js";
import { classifyJitsu } from "./classify-jitsu.js";
import { classifyStatus } from "./classify-status.js";
import {
  type AddressOption,
  type EventEntry,
  type EventFormat,
  type EventTargetOptions,
  eventTarget,
  listBody,
} from "./event-target.js";
import type { WebEvent } from "./events/web-event.js";
import { isPage, ownAnswer } from "./own-answer.js";
import type { Target, TargetRequest, Verdict } from "./target.js";
import { under } from "./under.js";

/** Who understands Segment's messages. */
export type SegmentFlavour = "segment" | "rudderstack" | "jitsu";

/** Segment, by its HTTP API (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/), or what speaks like it. */
export interface SegmentTargetOptions extends EventTargetOptions, AddressOption {
  readonly type: "segment";
  /** Whose limits, authentication and answers they are. @default "segment" */
  readonly flavour?: SegmentFlavour;
  /**
   * The address of the API, or of the data plane. Of Segment in the EU it is `https://events.eu1.segmentapis.com`: the
   * other region takes everything and keeps nothing. @default "https://api.segment.io", of the others none
   */
  readonly url?: string;
  /** The source's write key; of Jitsu a server-to-server key, as `id:secret`, because others lose the visitor's address. */
  readonly writeKey: string;
}

/** What none of them can do without. */
export function segmentChecks(options: SegmentTargetOptions, { choice, http, text, fail }: OptionCheck): void {
  const { flavour = "segment", url = defaultUrl(flavour), writeKey } = options;
  choice("flavour", flavour, Object.keys(flavours));
  http("url", url, "write the address of the data plane, as https://events.example");
  text("writeKey", writeKey, "write the source's write key");
  if (flavour === "jitsu" && !/^[\x21-\x7e]+$/.test(writeKey)) {
    fail("writeKey", "may hold no spaces and nothing but ASCII, because it is a header");
  }
}

const defaultUrl = (flavour: SegmentFlavour): string => (flavour === "segment" ? "https://api.segment.io" : "");

interface Flavour extends Pick<EventFormat, "dedupe" | "limits"> {
  readonly path: string;
  readonly auth: (writeKey: string) => TargetRequest["headers"];
  readonly classify: (response: BackendResponse, request: TargetRequest<EventEntry>) => Verdict;
}

const basic = (writeKey: string): TargetRequest["headers"] => ({ authorization: basicAuth(writeKey) });
const byStatus = (response: BackendResponse, request: TargetRequest): Verdict =>
  ownAnswer(classifyStatus(response), !isPage(response), response, request);

const flavours: { readonly [F in SegmentFlavour]: Flavour } = {
  segment: {
    path: "v1/batch",
    auth: basic,
    // 2,500 events and 500 KB a request, 32 KB an event; more than 2,500 are answered with a 200 and dropped (HTTP API).
    limits: { events: 1_000, bytes: 480_000, eventBytes: 32_000 },
    // It knows each `messageId` for at least a day (https://www.twilio.com/docs/segment/guides/duplicate-data).
    dedupe: "id",
    classify: byStatus,
  },
  rudderstack: {
    path: "v1/batch",
    auth: basic,
    // 4,000 KiB a request (rudder-server, gateway), 32 KB a call (https://www.rudderstack.com/docs/api/http-api/).
    limits: { events: 1_000, bytes: 3_900_000, eventBytes: 32_000 },
    // Looking for repeats is a setting, and off by default (`Dedup.enableDedup`, processor of rudder-server).
    dedupe: "none",
    classify: byStatus,
  },
  jitsu: {
    // ingest/router.go of jitsucom/bulker: the path of servers, from which the visitor's address is believed.
    path: "api/s/s2s/batch",
    auth: (writeKey) => ({ "x-write-key": writeKey }),
    // A message becomes one of Kafka's, of 1,000,000 bytes at most (ingest/config.go).
    limits: { events: 1_000, bytes: 4_000_000, eventBytes: 900_000 },
    dedupe: "none",
    classify: classifyJitsu,
  },
};

/**
 * Segment, RudderStack or Jitsu. `sentAt` is left out: all three would correct the sender's clock by it, which the relay has
 * done (https://segment.com/docs/connections/spec/common/#timestamps); `timestamp` alone is how the past is imported.
 */
export function segment(options: SegmentTargetOptions): Target {
  const { flavour = "segment", url = defaultUrl(flavour), writeKey } = options;
  const { path, auth, limits, dedupe, classify } = flavours[flavour];
  const headers = { "content-type": "application/json", ...auth(writeKey) };
  return eventTarget(
    {
      name: "segment",
      dedupe,
      needsAddress: options.sendAddress ?? false,
      limits,
      write: (event) => ({ text: JSON.stringify(messageOf(event)) }),
      wrap: (entries) => ({
        url: under(url, path),
        headers,
        body: listBody(entries, '{"batch":[', "]}"),
      }),
      classify,
    },
    options,
  );
}

function messageOf(web: WebEvent): object {
  const { id, at, visitor, user } = web;
  return {
    ...saidOf(web),
    messageId: id,
    anonymousId: visitor,
    ...(user !== undefined && { userId: user }),
    timestamp: new Date(at).toISOString(),
    context: contextOf(web),
  };
}

// https://segment.com/docs/connections/spec/: page, identify, and track for everything else.
function saidOf(web: WebEvent): object {
  const { event, name, properties } = web;
  if (event.type === "identify") return { type: "identify", traits: properties };
  if (event.type === "page") {
    return { type: "page", ...(name !== event.type && { name }), properties: { ...pageOf(web), ...properties } };
  }
  if (event.type !== "goal") return { type: "track", event: name, properties };
  const { value, ...rest } = properties;
  return { type: "track", event: name, properties: { ...rest, ...(value !== undefined && { revenue: value }) } };
}

const pageOf = ({ batch: { page }, place }: WebEvent): object => ({
  url: page.url,
  path: place.path,
  search: place.search,
  ...(page.referrer !== undefined && { referrer: page.referrer }),
  ...(page.title !== undefined && { title: page.title }),
});

// https://segment.com/docs/connections/spec/common/#context
function contextOf(web: WebEvent): object {
  const { batch, address, agent, language } = web;
  const { page, sdk } = batch;
  return {
    library: { name: "isotherm", version: sdk },
    page: pageOf(web),
    screen: { width: page.sw, height: page.sh, density: page.dpr },
    ...(address !== undefined && { ip: address }),
    ...(agent !== undefined && { userAgent: agent }),
    ...(language !== undefined && { locale: language }),
    ...(page.tz !== undefined && { timezone: page.tz }),
  };
}
