import type { Json, Properties } from "@isotherm/protocol";
import { flatProperties } from "./flat-properties.js";
import { hash64 } from "./hash64.js";
import type { WebEvent } from "./web-event.js";

type Params = { readonly [name: string]: string | number };

/** Milliseconds that an event without a time of its own counts as engaged: with none, the visitor is not shown as active. */
const leastEngaged = 1;

// Lengths that differ from that of any parameter, which is 100 (https://support.google.com/analytics/answer/9267744).
const longer: { readonly [name: string]: number } = { page_location: 1_000, page_referrer: 420, page_title: 300 };

/** Events of ours by the names that Google Analytics has for them. */
const ownNames: { readonly [name: string]: string } = { page: "page_view", error: "exception" };

/**
 * An event as the Measurement Protocol takes it: at most 25 parameters, and every name and value within its length, because
 * what is not is left out in silence (https://developers.google.com/analytics/devguides/collection/protocol/ga4/sending-events).
 */
export function ga4Event(web: WebEvent): object {
  const { name, said } = saidOf(web);
  const { page } = web.batch;
  const engaged = web.event.type === "attention" ? Math.max(leastEngaged, Math.round(web.event.engaged)) : leastEngaged;
  const shared = fitted({
    page_location: page.url,
    ...(page.referrer !== undefined && { page_referrer: page.referrer }),
    ...(page.title !== undefined && { page_title: page.title }),
  });
  const own = Object.entries(fitted(said)).slice(0, 20);
  return {
    name: nameOf(name, 40, reservedEvents),
    timestamp_micros: web.at * 1_000,
    params: {
      ...Object.fromEntries(own),
      ...shared,
      // Google's own are numbers; one of ours is as good as its hash.
      session_id: `${Number.parseInt(hash64(web.session).slice(0, 8), 16)}`,
      engagement_time_msec: engaged,
    },
  };
}

/** Traits as user properties: at most 25, names of 24 letters, values of 36. */
export function ga4UserProperties(traits: Properties): {
  readonly [name: string]: { readonly value: string | number };
} {
  const entries = Object.entries(flatProperties(traits)).slice(0, 25);
  return Object.fromEntries(
    entries.map(([name, value]) => [nameOf(name, 24, reservedTraits), { value: fittedValue(value, 36) }]),
  );
}

function saidOf({ event, name, properties }: WebEvent): { readonly name: string; readonly said: Properties } {
  const isOwn = name === event.type && event.type !== "custom" && event.type !== "goal";
  const called = (own: string): string => (isOwn ? own : name);
  if (event.type === "identify" || event.type === "attention") return { name, said: {} };
  if (event.type === "vital") {
    return { name: called(event.name), said: { metric_value: event.value, metric_rating: event.rating } };
  }
  if (event.type === "click" && event.file !== undefined) {
    return { name: called("file_download"), said: { link_url: event.file } };
  }
  if (event.type === "click" && event.out !== undefined) {
    return { name: called("click"), said: { link_url: event.out, outbound: "true" } };
  }
  // The name `click` is that of a way out (https://support.google.com/analytics/answer/9216061).
  if (event.type === "click") return { name: called("press"), said: properties };
  if (event.type === "error") {
    const { message, ...rest } = properties;
    return { name: called("exception"), said: { description: message as Json, ...rest } };
  }
  return { name: called(ownNames[name] ?? name), said: properties };
}

function fitted(properties: Properties): Params {
  return Object.fromEntries(
    Object.entries(flatProperties(properties)).map(([name, value]) => {
      const fit = nameOf(name, 40, []);
      return [fit, fittedValue(value, longer[fit] ?? 100)];
    }),
  );
}

const fittedValue = (value: string | number | boolean, length: number): string | number =>
  typeof value === "number" ? value : String(value).slice(0, length);

const reservedPrefix = /^(_|firebase_|ga_|google_|gtag)/;

/** Letters, digits and underscores, a letter first, and none that Google keeps for itself: those get a prefix of ours. */
function nameOf(name: string, length: number, reserved: readonly string[]): string {
  const plain = name.replace(/[^\p{L}\p{N}_]/gu, "_");
  const isTaken = !/^\p{L}/u.test(plain) || reservedPrefix.test(plain) || reserved.includes(plain);
  return (isTaken ? `x_${plain}` : plain).slice(0, length);
}

// https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference#reserved_names
const reservedEvents: readonly string[] = [
  "ad_activeview",
  "ad_click",
  "ad_exposure",
  "ad_impression",
  "ad_query",
  "ad_reward",
  "adunit_exposure",
  "app_clear_data",
  "app_exception",
  "app_install",
  "app_remove",
  "app_store_refund",
  "app_update",
  "app_upgrade",
  "error",
  "first_open",
  "first_visit",
  "in_app_purchase",
  "notification_dismiss",
  "notification_foreground",
  "notification_open",
  "notification_receive",
  "os_update",
  "screen_view",
  "session_start",
  "user_engagement",
];

const reservedTraits: readonly string[] = [
  "first_open_after_install",
  "first_open_time",
  "first_visit_time",
  "last_deep_link_referrer",
  "user_id",
];
