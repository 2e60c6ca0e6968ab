import type { OptionCheck } from "../option-check.js";
import type { BackendResponse } from "../transport/transport.js";
import { classifyStatus } from "./classify-status.js";
import { type EventTargetOptions, eventTarget, listBody } from "./event-target.js";
import { ga4Event, ga4UserProperties } from "./events/ga4-event.js";
import type { WebEvent } from "./events/web-event.js";
import { isPage, ownAnswer } from "./own-answer.js";
import type { Target, TargetRequest, Verdict } from "./target.js";
import { under } from "./under.js";

/** Google Analytics 4, by its Measurement Protocol (https://developers.google.com/analytics/devguides/collection/protocol/ga4). */
export interface Ga4TargetOptions extends EventTargetOptions {
  readonly type: "ga4";
  /** Where events are collected; `https://region1.google-analytics.com` is in the EU. @default "https://www.google-analytics.com" */
  readonly url?: string;
  /** The web stream's measurement id, as `G-…`. */
  readonly measurementId: string;
  /** The stream's API secret. Google wants it in the address: it is never logged. */
  readonly apiSecret: string;
  /** Whether the visitor's whole address goes along as `ip_override`, for Google to tell the country by. @default false */
  readonly sendAddress?: boolean;
}

/** What Google Analytics cannot do without. */
export const ga4Checks = (
  { url, measurementId, apiSecret }: Ga4TargetOptions,
  { http, text, fail }: OptionCheck,
): void => {
  if (url !== undefined) http("url", url, "write Google's address, as https://region1.google-analytics.com");
  if (typeof measurementId !== "string" || !/^G-[A-Z0-9]+$/.test(measurementId)) {
    fail("measurementId", "write the web stream's measurement id, as G-…");
  }
  text("apiSecret", apiSecret, "write the stream's Measurement Protocol API secret");
};

/**
 * Google Analytics 4. A request is of one client, so events go grouped by visitor. Google answers 2xx whatever it got, so
 * all that it would drop in silence is seen to before: names, lengths, counts and age.
 */
export function ga4(options: Ga4TargetOptions): Target {
  const { url = "https://www.google-analytics.com", measurementId, apiSecret, sendAddress = false } = options;
  const query = new URLSearchParams({ measurement_id: measurementId, api_secret: apiSecret });
  return eventTarget(
    {
      name: "ga4",
      dedupe: "none",
      needsAddress: sendAddress,
      // 25 events, less than 130 kB with what is said once, 72 hours
      // (https://developers.google.com/analytics/devguides/collection/protocol/ga4/sending-events?client_type=gtag#limitations).
      limits: { events: 25, bytes: 120_000, eventBytes: 60_000, lateness: 72 * 3_600_000 },
      write: (web) => ({ text: JSON.stringify(ga4Event(web)), group: headOf(web, sendAddress) }),
      wrap: (entries) => ({
        url: `${under(url, "mp/collect")}?${query}`,
        headers: { "content-type": "application/json" },
        body: listBody(entries, `${entries[0]?.group?.slice(0, -1)},"events":[`, "]}"),
      }),
      classify,
    },
    options,
  );
}

/** What a request says once for all of its events: those for which it is the same can share one. */
function headOf(web: WebEvent, sendAddress: boolean): string {
  const { event, visitor, user, address, properties, batch } = web;
  const { lang, sw, sh } = batch.page;
  const userProperties = event.type === "identify" ? ga4UserProperties(properties) : {};
  return JSON.stringify({
    client_id: visitor,
    ...(user !== undefined && { user_id: user.slice(0, 256) }),
    ...(Object.keys(userProperties).length > 0 && { user_properties: userProperties }),
    ...(sendAddress && address !== undefined && { ip_override: address }),
    device: { ...(lang !== undefined && { language: lang }), screen_resolution: `${sw}x${sh}` },
  });
}

// "The Measurement Protocol doesn't return an error code if the payload is malformed, or if the data is incorrect"
// (https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference).
const classify = (response: BackendResponse, request: TargetRequest): Verdict => {
  const verdict = classifyStatus(response, { unknown: [502, 504] });
  return ownAnswer(verdict, verdict.kind === "ok" && !isPage(response), response, request);
};
