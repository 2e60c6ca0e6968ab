import type { Properties } from "@isotherm/protocol";
import type { OptionCheck } from "../option-check.js";
import { classifyPosthog } from "./classify-posthog.js";
import { type AddressOption, type EventTargetOptions, eventTarget, listBody } from "./event-target.js";
import { placeOf } from "./events/place-of.js";
import { uuidTime } from "./events/uuid-time.js";
import type { WebEvent } from "./events/web-event.js";
import type { Target } from "./target.js";
import { under } from "./under.js";

/** PostHog, by its batch API (https://posthog.com/docs/api/capture). */
export interface PosthogTargetOptions extends EventTargetOptions, AddressOption {
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

/**
 * PostHog. `sent_at` is left out: PostHog would correct the sender's clock by it, which the relay has done, and would
 * shift what waited here into the future (plugin-server/src/worker/ingestion/timestamps.ts).
 *
 * A repeat has the same `uuid`, name, person and time, by which ClickHouse merges rows, but some time later, and PostHog
 * does not promise it (https://posthog.com/docs/data/ingestion-warnings): doubts are counted.
 */
export function posthog(options: PosthogTargetOptions): Target {
  const head = `{"api_key":${JSON.stringify(options.apiKey)},"batch":[`;
  return eventTarget(
    {
      name: "posthog",
      dedupe: "none",
      needsAddress: options.sendAddress ?? false,
      // 20 MB a request (https://posthog.com/docs/api/capture), 1 MB an event (…/docs/advanced/proxy/troubleshooting).
      limits: { events: 1_000, bytes: 4_000_000, eventBytes: 900_000 },
      write: (event) => ({ text: JSON.stringify(messageOf(event)) }),
      wrap: (entries) => ({
        url: under(options.url, "batch/"),
        headers: { "content-type": "application/json" },
        body: listBody(entries, head, "]}"),
      }),
      classify: classifyPosthog,
    },
    options,
  );
}

/** Names of PostHog's own events; whatever else keeps its name. */
const ownNames: { readonly [name: string]: string } = {
  page: "$pageview",
  identify: "$identify",
  error: "$exception",
  vital: "$web_vitals",
};

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

function saidOf({ event, properties, visitor, user }: WebEvent): object {
  if (event.type === "identify") {
    return { $set: properties, ...(user !== undefined && user !== visitor && { $anon_distinct_id: visitor }) };
  }
  if (event.type === "error") return exceptionOf(properties);
  if (event.type === "vital") {
    return { [`$web_vitals_${event.name}_value`]: event.value, [`$web_vitals_${event.name}_event`]: properties };
  }
  return properties;
}

/** The shape of posthog-node's `captureException`. */
function exceptionOf({ message, ...rest }: Properties): object {
  const [, type = "Error"] = /^(?:Uncaught )?(\w*(?:Error|Exception)): /.exec(`${rest.stack ?? message}`) ?? [];
  const mechanism = { handled: false, type: "generic" };
  return { ...rest, $exception_list: [{ type, value: message ?? "", mechanism }], $exception_level: "error" };
}

// https://posthog.com/docs/data/events#default-properties
function contextOf({ batch, place, session, address, agent, language, user }: WebEvent): object {
  const { page, sdk } = batch;
  return {
    $current_url: page.url,
    $host: place.host,
    $pathname: place.path,
    ...(page.referrer && { $referrer: page.referrer, $referring_domain: placeOf(page.referrer).host }),
    ...(page.title !== undefined && { title: page.title }),
    // PostHog's sessions are UUIDs of version 7, by whose time it sorts them.
    ...(uuidTime(session) !== undefined && { $session_id: session }),
    $viewport_width: page.vw,
    $viewport_height: page.vh,
    $screen_width: page.sw,
    $screen_height: page.sh,
    ...(page.tz !== undefined && { $timezone: page.tz }),
    ...(language !== undefined && { $browser_language: language }),
    // `$ip` goes before the sender's address, which is the relay's (https://posthog.com/docs/cdp/geoip-enrichment).
    ...(address === undefined ? { $geoip_disable: true } : { $ip: address }),
    ...(agent !== undefined && { $raw_user_agent: agent }),
    // Nobody but an identified user gets a profile (https://posthog.com/docs/data/anonymous-vs-identified-events).
    $process_person_profile: user !== undefined,
    $lib: "isotherm",
    $lib_version: sdk,
  };
}
