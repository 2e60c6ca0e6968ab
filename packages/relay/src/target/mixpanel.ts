import type { OptionCheck } from "../option-check.js";
import type { BackendResponse } from "../transport/transport.js";
import { readJson } from "../web/read-json.js";
import { basicAuth } from "./basic-auth.js";
import { classifyStatus } from "./classify-status.js";
import { type AddressOption, type EventEntry, type EventTargetOptions, eventTarget, listBody } from "./event-target.js";
import { placeOf } from "./events/place-of.js";
import type { WebEvent } from "./events/web-event.js";
import { ownAnswer } from "./own-answer.js";
import type { Target, TargetRequest, Verdict } from "./target.js";
import { under } from "./under.js";

/** A service account of a Mixpanel project. */
export interface MixpanelServiceAccount {
  readonly username: string;
  readonly secret: string;
  readonly projectId: string;
}

/** Mixpanel, by its import API (https://developer.mixpanel.com/reference/import-events). */
export interface MixpanelTargetOptions extends EventTargetOptions, AddressOption {
  readonly type: "mixpanel";
  /** The ingestion API's address; in the EU `https://api-eu.mixpanel.com`. @default "https://api.mixpanel.com" */
  readonly url?: string;
  /** The project's token. @default none: a service account is given instead */
  readonly token?: string;
  /** A service account with the role Admin or Owner. @default none: the token is given instead */
  readonly serviceAccount?: MixpanelServiceAccount;
}

/** What Mixpanel cannot do without. */
export function mixpanelChecks(options: MixpanelTargetOptions, { http, text, fail }: OptionCheck): void {
  const { url = usual, token, serviceAccount } = options;
  http("url", url, "write Mixpanel's address, as https://api-eu.mixpanel.com");
  if ((token === undefined) === (serviceAccount === undefined)) {
    fail("token", "write either the project's token or a serviceAccount");
  }
  if (token !== undefined) text("token", token, "write the project's token");
  if (serviceAccount === undefined) return;
  text("serviceAccount.username", serviceAccount.username, "write the service account's name");
  text("serviceAccount.secret", serviceAccount.secret, "write the service account's secret");
  text("serviceAccount.projectId", serviceAccount.projectId, "write the project's id");
}

const usual = "https://api.mixpanel.com";
/** Mixpanel. `strict=1` lets it say which events it did not take. */
export function mixpanel(options: MixpanelTargetOptions): Target {
  const { url = usual, token, serviceAccount } = options;
  const headers = {
    "content-type": "application/json",
    authorization: serviceAccount
      ? basicAuth(serviceAccount.username, serviceAccount.secret)
      : basicAuth(token as string),
  };
  const project = serviceAccount ? `&project_id=${encodeURIComponent(serviceAccount.projectId)}` : "";
  return eventTarget(
    {
      name: "mixpanel",
      // The same name, time, distinct_id and $insert_id: one of them counts (…/reference/event-deduplication).
      dedupe: "id",
      needsAddress: options.sendAddress ?? false,
      // 2,000 events a request; 2 MB in the older pages, 10 MB in the newest; 1 MB an event.
      limits: { events: 2_000, bytes: 1_900_000, eventBytes: 900_000 },
      write: (event) => ({ text: JSON.stringify(messageOf(event)) }),
      wrap: (entries) => ({
        url: under(url, `import?strict=1${project}`),
        headers,
        body: listBody(entries),
      }),
      classify,
    },
    options,
  );
}

interface ImportAnswer {
  readonly error?: string;
  readonly num_records_imported?: number;
  readonly failed_records?: readonly { readonly index?: number }[];
}

/** Milliseconds to wait after a 429, which has no `Retry-After` (https://developer.mixpanel.com/reference/import-events#rate-limits). */
const busyMs = 2_000;

function classify(response: BackendResponse, request: TargetRequest<EventEntry>): Verdict {
  const answer = (readJson(response.body) ?? {}) as ImportAnswer;
  const isOwn = response.status < 400 || typeof answer.error === "string" || Array.isArray(answer.failed_records);
  const verdict = ownAnswer(classifyStatus(response), isOwn, response, request);
  if (verdict.kind === "retry" && response.status === 429) return { afterMs: busyMs, ...verdict };
  if (verdict.kind === "ok" && typeof answer.num_records_imported !== "number") {
    return { kind: "stopped", reason: "answers 200 with a body that Mixpanel does not write" };
  }
  return response.status === 400 ? classifyFailed(answer, request.entries, verdict) : verdict;
}

/** A 400 has taken all events but those that it names; where the numbers do not fit, it counts as a refusal of all. */
function classifyFailed(answer: ImportAnswer, entries: readonly EventEntry[], verdict: Verdict): Verdict {
  const { num_records_imported: imported, failed_records: failed = [] } = answer;
  const at = new Set(failed.map(({ index }) => index));
  const refused = entries.filter((_, index) => at.has(index));
  if (refused.length === 0 || imported !== entries.length - refused.length) return verdict;
  return {
    kind: "partial",
    refused: refused.map((entry) => ({ entry, code: "event_refused", message: "does not take this event" })),
  };
}

function messageOf(web: WebEvent): object {
  const { id, event, name, at, visitor, user, properties } = web;
  const isPage = name === event.type && event.type === "page";
  return {
    event: isPage ? "$mp_web_page_view" : name,
    properties: {
      ...properties,
      ...contextOf(web),
      time: at,
      $insert_id: id,
      // Simplified ID merge joins visitor and user by these (https://docs.mixpanel.com/docs/tracking-methods/identifying-users).
      distinct_id: user ?? `$device:${visitor}`,
      $device_id: visitor,
      ...(user !== undefined && { $user_id: user }),
    },
  };
}

// The names of mixpanel-js; `ip` becomes a place and is not kept (…/reference/import-events#geoip-enrichment).
function contextOf({ batch: { page }, place, session, address, agent, language }: WebEvent): object {
  return {
    $current_url: page.url,
    current_domain: place.host,
    current_url_path: place.path,
    current_url_search: place.search,
    ...(page.title !== undefined && { current_page_title: page.title }),
    ...(page.referrer && { $referrer: page.referrer, $referring_domain: placeOf(page.referrer).host }),
    $screen_width: page.sw,
    $screen_height: page.sh,
    session_id: session,
    ...(page.tz !== undefined && { timezone: page.tz }),
    ...(language !== undefined && { language }),
    ...(address !== undefined && { ip: address }),
    ...(agent !== undefined && { user_agent: agent }),
    mp_lib: "isotherm",
  };
}
