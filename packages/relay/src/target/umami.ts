import type { Properties } from "@isotherm/protocol";
import type { OptionCheck } from "../option-check.js";
import type { BackendResponse } from "../transport/transport.js";
import { classifyUmami } from "./classify-umami.js";
import { type EventEntry, type EventTargetOptions, eventTarget, listBody } from "./event-target.js";
import type { WebEvent } from "./events/web-event.js";
import type { Target, TargetRequest } from "./target.js";
import { under } from "./under.js";

/** Umami, by its collection API (https://umami.is/docs/api/sending-stats). */
export interface UmamiTargetOptions extends EventTargetOptions {
  readonly type: "umami";
  /** Umami's address, as `https://umami.example`. */
  readonly url: string;
  /** The website's id, a UUID. */
  readonly website: string;
  /** A tag that every event carries. @default none */
  readonly tag?: string;
  /**
   * Events of one request. Umami before `/api/batch` answered with a `cache` says of several events at once not which of
   * them it took for a bot's; with 1, each is sent alone and answered for. @default 100
   */
  readonly batch?: number;
}

const websiteForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What Umami cannot do without. */
export const umamiChecks = (
  { url, website, tag, batch }: UmamiTargetOptions,
  { http, text, count, fail }: OptionCheck,
): void => {
  http("url", url, "write Umami's address, as https://umami.example");
  if (typeof website !== "string" || !websiteForm.test(website)) fail("website", "write the website's id, a UUID");
  if (tag !== undefined) text("tag", tag, "write a text");
  count("batch", batch);
};

/**
 * Umami. It knows a visitor by the address and agent in each event. Requests hold events of one agent only, because it is
 * by the agent that Umami tells bots, and for a batch of them it answers as if it had stored them, but for the `cache`.
 */
export function umami(options: UmamiTargetOptions): Target {
  const { url, batch = 100 } = options;
  return eventTarget(
    {
      name: "umami",
      dedupe: "none",
      needsAddress: true,
      // No limit in Umami (src/app/api/batch/route.ts), which stores one event after the other while the relay waits; nginx
      // before it takes a megabyte (https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size).
      limits: { events: Math.max(1, Math.floor(batch)), bytes: 900_000 },
      write: (web) => ({ text: JSON.stringify(messageOf(web, options)), group: web.agent ?? "" }),
      wrap: (entries) => ({
        url: under(url, entries.length === 1 ? "api/send" : "api/batch"),
        headers: { "content-type": "application/json" },
        body: entries.length === 1 ? listBody(entries, "", "") : listBody(entries),
      }),
      classify: (response: BackendResponse, request: TargetRequest<EventEntry>) => classifyUmami(response, request),
    },
    options,
  );
}

// Fields and their lengths: umami-software/umami, src/app/api/send/route.ts and request-schema.ts.
function messageOf(web: WebEvent, { website, tag }: UmamiTargetOptions): object {
  const { event, batch, user, address, agent, place } = web;
  const { page } = batch;
  const hostname = place.host.replace(/:\d+$/, "").slice(0, 100);
  const payload = {
    website,
    // A page may say of itself what is no address.
    ...(hostname !== "" && { hostname }),
    url: page.url,
    referrer: page.referrer ?? "",
    ...(page.title !== undefined && { title: page.title }),
    screen: `${page.sw}x${page.sh}`.slice(0, 11),
    ...(page.lang !== undefined && { language: page.lang.slice(0, 35) }),
    timestamp: Math.floor(web.at / 1_000),
    ...(address !== undefined && { ip: address }),
    ...(agent !== undefined && { userAgent: agent }),
    ...(user !== undefined && { id: user.slice(0, 50) }),
    ...(tag !== undefined && { tag: tag.slice(0, 50) }),
  };
  if (event.type === "identify") return { type: "identify", payload: { ...payload, data: web.properties } };
  if (event.type === "vital" && web.name === event.type) {
    return { type: "performance", payload: { ...payload, [event.name.toLowerCase()]: event.value } };
  }
  return { type: "event", payload: { ...payload, ...saidOf(web) } };
}

/** Without a name it is a page view. */
function saidOf({ event, name, properties }: WebEvent): { readonly name?: string; readonly data?: Properties } {
  if (event.type === "page" && name === event.type) return {};
  const data = event.type === "goal" ? revenueOf(properties) : properties;
  return { name: name.slice(0, 50), ...(Object.keys(data).length > 0 && { data }) };
}

/** Umami reads revenue from the properties `revenue` and `currency` (https://umami.is/docs/reports/report-revenue). */
function revenueOf({ value, ...rest }: Properties): Properties {
  return { ...(value !== undefined && { revenue: value }), ...rest };
}
