import type { Json, Properties } from "@isotherm/protocol";
import type { OptionCheck } from "../option-check.js";
import type { BackendResponse } from "../transport/transport.js";
import { readJson } from "../web/read-json.js";
import { classifyStatus } from "./classify-status.js";
import { type AddressOption, type EventEntry, type EventTargetOptions, eventTarget, listBody } from "./event-target.js";
import { uuidTime } from "./events/uuid-time.js";
import type { WebEvent } from "./events/web-event.js";
import { ownAnswer } from "./own-answer.js";
import type { Target, TargetRequest, Verdict } from "./target.js";
import { under } from "./under.js";

/** Amplitude, by its HTTP V2 API (https://amplitude.com/docs/apis/analytics/http-v2). */
export interface AmplitudeTargetOptions extends EventTargetOptions, AddressOption {
  readonly type: "amplitude";
  /** The API's address; in the EU `https://api.eu.amplitude.com`. @default "https://api2.amplitude.com" */
  readonly url?: string;
  /** The project's API key. */
  readonly apiKey: string;
  /** Characters that a user's or visitor's id must have; Amplitude by itself refuses what is shorter than 5. @default 1 */
  readonly minIdLength?: number;
}

/** What Amplitude cannot do without. */
export function amplitudeChecks(options: AmplitudeTargetOptions, { http, text, count }: OptionCheck): void {
  const { url = usual, apiKey, minIdLength } = options;
  http("url", url, "write Amplitude's address, as https://api.eu.amplitude.com");
  text("apiKey", apiKey, "write the project's API key");
  count("minIdLength", minIdLength);
}

const usual = "https://api2.amplitude.com";
/** Amplitude. */
export function amplitude(options: AmplitudeTargetOptions): Target {
  const { url = usual, apiKey, minIdLength = 1 } = options;
  const head = `{"api_key":${JSON.stringify(apiKey)},"options":{"min_id_length":${minIdLength}},"events":[`;
  return eventTarget(
    {
      name: "amplitude",
      // An insert_id that came in the last 7 days is ignored (…/http-v2#event-deduplication).
      dedupe: "id",
      needsAddress: options.sendAddress ?? false,
      // Under 1 MB and 2,000 events a request.
      limits: { events: 1_900, bytes: 950_000 },
      write: (event) => ({ text: JSON.stringify(messageOf(event)) }),
      wrap: (entries) => ({
        url: under(url, "2/httpapi"),
        headers: { "content-type": "application/json" },
        body: listBody(entries, head, "]}"),
      }),
      classify,
    },
    options,
  );
}

type Indexes = { readonly [field: string]: readonly number[] };

/** Fields of a 400 as Amplitude's own SDK reads them (`@amplitude/analytics-core`, transports/base.ts). */
interface UploadAnswer {
  readonly code?: number;
  readonly events_ingested?: number;
  readonly error?: string;
  readonly missing_field?: string | null;
  readonly events_with_invalid_fields?: Indexes;
  readonly events_with_missing_fields?: Indexes;
  readonly events_with_invalid_id_lengths?: Indexes;
  readonly silenced_events?: readonly number[];
}

function classify(response: BackendResponse, request: TargetRequest<EventEntry>): Verdict {
  const answer = (readJson(response.body) ?? {}) as UploadAnswer;
  const isOwn = response.status < 400 || answer.code === response.status;
  const verdict = ownAnswer(classifyStatus(response), isOwn, response, request);
  if (verdict.kind === "ok" && typeof answer.events_ingested !== "number") {
    return { kind: "stopped", reason: "answers 200 with a body that Amplitude does not write" };
  }
  return response.status === 400 ? classifyInvalid(answer, request.entries, verdict) : verdict;
}

/** A 400 has taken nothing: without the events that it names, the others go again (…/http-api-batching-retries). */
function classifyInvalid(answer: UploadAnswer, entries: readonly EventEntry[], verdict: Verdict): Verdict {
  const isKey = answer.missing_field === "api_key" || answer.error?.startsWith("Invalid API key");
  if (isKey) return { kind: "stopped", reason: "answers 400: it does not know the API key" };
  const named = new Set([
    ...Object.values(answer.events_with_invalid_fields ?? {}).flat(),
    ...Object.values(answer.events_with_missing_fields ?? {}).flat(),
    ...Object.values(answer.events_with_invalid_id_lengths ?? {}).flat(),
    ...(answer.silenced_events ?? []),
  ]);
  const refused = entries
    .filter((_, index) => named.has(index))
    .map((entry) => ({ entry, code: "event_refused", message: "does not take this event" }));
  if (refused.length === 0) return verdict;
  return { kind: "partial", refused, again: entries.filter((_, index) => !named.has(index)) };
}

function messageOf(web: WebEvent): object {
  const { id, event, name, at, visitor, user, session, address, agent, language, properties } = web;
  const own = ownOf(web);
  const began = uuidTime(session);
  return {
    event_type: name === event.type ? (own?.name ?? name) : name,
    ...(user !== undefined && { user_id: user }),
    device_id: visitor,
    time: at,
    insert_id: id,
    // A session is known by the time of its begin, which our ids hold.
    ...(began !== undefined && { session_id: began }),
    ...(address !== undefined && { ip: address }),
    ...(agent !== undefined && { user_agent: agent }),
    ...(language !== undefined && { language }),
    platform: "Web",
    library: "isotherm",
    ...(own?.fields ?? { event_properties: cut({ ...pageOf(web), ...properties }) }),
  };
}

interface Own {
  readonly name?: string;
  readonly fields?: object;
}

/** What Amplitude has words of its own for. */
function ownOf(web: WebEvent): Own | undefined {
  const { event, properties } = web;
  if (event.type === "page") return { name: "[Amplitude] Page Viewed" };
  if (event.type === "identify") return { name: "$identify", fields: { user_properties: { $set: cut(properties) } } };
  if (event.type !== "goal") return undefined;
  const { value, currency, ...rest } = properties;
  return {
    fields: {
      ...(value !== undefined && { revenue: value }),
      ...(currency !== undefined && { currency }),
      event_properties: cut({ ...pageOf(web), ...rest }),
    },
  };
}

// https://amplitude.com/docs/get-started/event-property-definitions
const pageOf = ({ batch: { page }, place }: WebEvent): Properties => ({
  "[Amplitude] Page Location": page.url,
  "[Amplitude] Page Domain": place.host,
  "[Amplitude] Page Path": place.path,
  "[Amplitude] Page URL": page.url.replace(/[?#].*$/s, ""),
  ...(page.title !== undefined && { "[Amplitude] Page Title": page.title }),
  ...(page.referrer && { referrer: page.referrer }),
});

/** Texts are cut to the 1,024 characters that Amplitude keeps (…/http-v2#string-character-limit). */
function cut<T extends Json>(value: T): Json {
  if (typeof value === "string") return value.slice(0, 1_024);
  if (Array.isArray(value)) return value.map(cut);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, cut(one)]));
}
