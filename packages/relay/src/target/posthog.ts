import type { Properties } from "@isotherm/protocol";
import type { OptionCheck } from "../option-check.js";
import { classifyStatus } from "./classify-status.js";
import { type EventEntry, type EventTargetOptions, eventTarget } from "./event-target.js";
import type { WebEvent } from "./events/web-event.js";
import type { Target } from "./target.js";
import { under } from "./under.js";

/** PostHog, by its batch API (https://posthog.com/docs/api/capture). */
export interface PosthogTargetOptions extends EventTargetOptions {
  readonly type: "posthog";
  /** PostHog's address, as `https://eu.i.posthog.com`. */
  readonly url: string;
  /** The project's API key, as `phc_…`. */
  readonly apiKey: string;
}

/** What PostHog cannot do without. */
export const posthogChecks = ({ url, apiKey }: PosthogTargetOptions, { http, text }: OptionCheck): void => {
  http("url", url, "write PostHog's address, as https://eu.i.posthog.com");
  text("apiKey", apiKey, "write the project's API key, as phc_…");
};

const encoder = new TextEncoder();

/**
 * PostHog. `sent_at` is left out: PostHog would correct the sender's clock by it, which the relay has done, and would
 * shift what waited here into the future (plugin-server/src/worker/ingestion/timestamps.ts).
 */
export function posthog(options: PosthogTargetOptions): Target {
  const head = `{"api_key":${JSON.stringify(options.apiKey)},"batch":[`;
  return eventTarget(
    {
      name: "posthog",
      dedupe: "id",
      needsAddress: true,
      // 20 MB a request, 1 MB an event (https://posthog.com/docs/advanced/proxy/troubleshooting).
      limits: { events: 1_000, bytes: 4_000_000, eventBytes: 900_000 },
      write: (event) => ({ text: JSON.stringify(messageOf(event)) }),
      wrap: (entries) => ({
        url: under(options.url, "batch/"),
        headers: { "content-type": "application/json" },
        body: encoder.encode(`${head}${entries.map(({ text }: EventEntry) => text).join(",")}]}`),
      }),
      classify: (response) => classifyStatus(response, { refused: [400, 413] }),
    },
    options,
  );
}

/** Names of PostHog's own events; whatever else keeps its name. */
const ownNames: { readonly [name: string]: string } = { page: "$pageview", identify: "$identify", error: "$exception" };

function messageOf(web: WebEvent): object {
  const { id, event, name, at, visitor, user } = web;
  return {
    uuid: id,
    event: name === event.type ? (ownNames[name] ?? name) : name,
    distinct_id: user ?? visitor,
    timestamp: new Date(at).toISOString(),
    properties: { ...contextOf(web), ...saidOf(web) },
  };
}

function saidOf({ event, properties, visitor, user }: WebEvent): Properties {
  if (event.type !== "identify") return properties;
  return { $set: properties, ...(user !== undefined && user !== visitor && { $anon_distinct_id: visitor }) };
}

// https://posthog.com/docs/data/events#default-properties; `$ip` goes before the sender's address, which is the relay's
// (https://posthog.com/docs/cdp/geoip-enrichment).
function contextOf({ batch: { page }, session, address, agent }: WebEvent): Properties {
  const { host, pathname } = new URL(page.url);
  return {
    $current_url: page.url,
    $host: host,
    $pathname: pathname,
    ...(page.referrer !== undefined && { $referrer: page.referrer }),
    ...(page.title !== undefined && { title: page.title }),
    $session_id: session,
    $viewport_width: page.vw,
    $viewport_height: page.vh,
    $screen_width: page.sw,
    $screen_height: page.sh,
    ...(page.tz !== undefined && { $timezone: page.tz }),
    ...(address !== undefined && { $ip: address }),
    ...(agent !== undefined && { $raw_user_agent: agent }),
    $lib: "isotherm",
  };
}
