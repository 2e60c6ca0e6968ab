import type { AttentionEvent, EventType } from "@isotherm/protocol";
import type { OptionCheck } from "../option-check.js";
import { classifyPlausible } from "./classify-plausible.js";
import { type EventTargetOptions, eventTarget } from "./event-target.js";
import { flatProperties } from "./events/flat-properties.js";
import { visitorHeaders } from "./events/visitor-headers.js";
import type { WebEvent } from "./events/web-event.js";
import type { Target } from "./target.js";
import { under } from "./under.js";

/** Plausible, by its events API (https://plausible.io/docs/events-api). */
export interface PlausibleTargetOptions extends EventTargetOptions {
  readonly type: "plausible";
  /** Plausible's address. @default "https://plausible.io" */
  readonly url?: string;
  /** The site, as Plausible knows it: `shop.example`. */
  readonly domain: string;
  /**
   * Milliseconds since it happened after which an event is late. Plausible takes no event time: whatever it gets, it counts
   * when it comes. @default 3_600_000
   */
  readonly lateness?: number;
}

/** What Plausible cannot do without. */
export const plausibleChecks = (
  { url, domain, lateness }: PlausibleTargetOptions,
  { http, text, count }: OptionCheck,
): void => {
  if (url !== undefined) http("url", url, "write Plausible's address, as https://plausible.io");
  text("domain", domain, "write the site as Plausible knows it, as shop.example");
  count("lateness", lateness);
};

const encoder = new TextEncoder();

/**
 * Plausible. It knows a visitor by address and agent alone and takes one event per request, so each goes with its visitor's
 * headers, and those of one visitor go one after the other: the first page of a visit has to come first.
 */
export function plausible(options: PlausibleTargetOptions): Target {
  const { url = "https://plausible.io", domain, lateness = 3_600_000 } = options;
  return eventTarget(
    {
      name: "plausible",
      dedupe: "none",
      needsAddress: true,
      // The API takes one event, and names no limit of bytes; its server reads bodies of up to 8 MB, Plug's default
      // (https://hexdocs.pm/plug/Plug.Conn.html#read_body/2).
      limits: { events: 1, bytes: 1_000_000, lateness },
      inOrder: true,
      write: (event) => {
        const message = messageOf(event, domain);
        return message && { text: JSON.stringify(message), group: event.visitor };
      },
      wrap: ([entry]) => ({
        url: under(url, "api/event"),
        headers: { "content-type": "application/json", ...visitorHeaders(entry?.web) },
        body: encoder.encode(entry?.text),
      }),
      classify: classifyPlausible,
    },
    options,
  );
}

/** What nobody did who looks at the page: it ends no bounce. */
const passive: readonly EventType[] = ["vital", "error", "exposure", "snapshot", "move", "scroll", "dead"];

// Names and fields are those of Plausible's own tracker (the npm package @plausible-analytics/tracker); lengths are those
// of https://www.mintlify.com/plausible/analytics/api/events/ingestion.
function messageOf(web: WebEvent, domain: string): object | undefined {
  const { event, batch } = web;
  const shared = { u: batch.page.url, d: domain };
  if (event.type === "identify") return undefined;
  if (event.type === "attention" && web.name === event.type) return { n: "engagement", ...shared, ...attentionOf(web) };
  const { n, p } = saidOf(web);
  const isPassive = passive.includes(event.type) || (event.type === "custom" && event.passive === true);
  const props = Object.entries(p)
    .filter(([name]) => name.length <= 300)
    .slice(0, 30)
    .map(([name, value]) => [name, String(value).slice(0, 2_000)]);
  return {
    n: n.slice(0, 120),
    ...shared,
    r: batch.page.referrer ?? null,
    ...(props.length > 0 && { p: Object.fromEntries(props) }),
    ...(isPassive && { i: false }),
    ...(event.type === "goal" &&
      event.value !== undefined &&
      event.currency !== undefined && { $: { amount: event.value, currency: event.currency } }),
  };
}

function saidOf(web: WebEvent): { readonly n: string; readonly p: ReturnType<typeof flatProperties> } {
  const { event, name, properties } = web;
  const isRenamed = event.type !== "custom" && event.type !== "goal" && name !== event.type;
  if (event.type === "goal") return { n: name, p: {} };
  if (event.type === "page") return { n: isRenamed ? name : "pageview", p: {} };
  if (event.type === "click" && event.file !== undefined) {
    return { n: isRenamed ? name : "File Download", p: { url: event.file } };
  }
  if (event.type === "click" && event.out !== undefined) {
    return { n: isRenamed ? name : "Outbound Link: Click", p: { url: event.out } };
  }
  return { n: name, p: flatProperties(properties) };
}

/** Engaged milliseconds, and the deepest part of the page that was seen, in per cent of its height. */
function attentionOf({ event, batch: { page, events } }: WebEvent): { readonly e: number; readonly sd: number } {
  const scrolled = events.map((other) => (other.type === "scroll" && other.el === undefined ? other.max / 10 : 0));
  const shown = (100 * page.vh) / Math.max(1, page.dh);
  const sd = Math.min(100, Math.round(Math.max(shown, ...scrolled)));
  return { e: (event as AttentionEvent).engaged, sd };
}
