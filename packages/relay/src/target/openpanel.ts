import type { Properties } from "@isotherm/protocol";
import type { OptionCheck } from "../option-check.js";
import type { BackendResponse } from "../transport/transport.js";
import { readJson } from "../web/read-json.js";
import { classifyStatus } from "./classify-status.js";
import { type EventTargetOptions, eventTarget } from "./event-target.js";
import { visitorHeaders } from "./events/visitor-headers.js";
import type { WebEvent } from "./events/web-event.js";
import { isRecord, ownAnswer } from "./own-answer.js";
import type { Target, TargetRequest, Verdict } from "./target.js";
import { under } from "./under.js";

/** OpenPanel, by its track API (https://openpanel.dev/docs/api/track). */
export interface OpenpanelTargetOptions extends EventTargetOptions {
  readonly type: "openpanel";
  /** The API's address. @default "https://api.openpanel.dev" */
  readonly url?: string;
  /** The client's id, a UUID. */
  readonly clientId: string;
  /** The client's secret: requests from a server need it. */
  readonly clientSecret: string;
}

const clientForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What OpenPanel cannot do without. */
export const openpanelChecks = (
  { url, clientId, clientSecret }: OpenpanelTargetOptions,
  { http, text, fail }: OptionCheck,
): void => {
  if (url !== undefined) http("url", url, "write the API's address, as https://api.openpanel.dev");
  if (typeof clientId !== "string" || !clientForm.test(clientId)) fail("clientId", "write the client's id, a UUID");
  text("clientSecret", clientSecret, "write the client's secret");
  if (!/^[\x21-\x7e]+$/.test(clientSecret)) {
    fail("clientSecret", "may hold no spaces and nothing but ASCII, because it is a header");
  }
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * OpenPanel. It knows a device by address and agent and takes one message per request, so each goes with its visitor's
 * headers, and those of one visitor go one after the other: a session begins with what comes first.
 */
export function openpanel(options: OpenpanelTargetOptions): Target {
  const { url = "https://api.openpanel.dev", clientId, clientSecret } = options;
  return eventTarget(
    {
      name: "openpanel",
      dedupe: "none",
      needsAddress: true,
      // One message per request (packages/validation/src/track.validation.ts); no limit of bytes but Fastify's own
      // (https://fastify.dev/docs/latest/Reference/Server/#bodylimit).
      limits: { events: 1, bytes: 1_000_000 },
      inOrder: true,
      write: (web) => {
        const message = messageOf(web);
        return message && { text: JSON.stringify(message), group: web.visitor };
      },
      wrap: ([entry]) => ({
        url: under(url, "track"),
        headers: {
          "content-type": "application/json",
          "openpanel-client-id": clientId,
          "openpanel-client-secret": clientSecret,
          "openpanel-sdk-name": "isotherm",
          ...visitorHeaders(entry?.web, "openpanel-client-ip"),
        },
        body: encoder.encode(entry?.text),
      }),
      classify,
    },
    options,
  );
}

// Openpanel-dev/openpanel, apps/api/src: controllers/track.controller.ts, hooks/{duplicate,is-bot,subscription}.hook.ts and
// utils/auth.ts. What a project filters out is answered like a wrong secret, and told apart by its words alone.
function classify(response: BackendResponse, request: TargetRequest): Verdict {
  const { status } = response;
  const text = decoder.decode(response.body);
  if (status === 200) {
    // Told by the whole message, which holds the event's own id: it is the same event, sent again within its memory.
    if (text === "Duplicate event") return { kind: "ok" };
    if (text === "" || isStored(readJson(response.body))) return { kind: "ok" };
    return { kind: "stopped", reason: "answers 200 with a body that OpenPanel does not write" };
  }
  if (status === 202 && text === "OK") {
    return { kind: "refused", code: "bot", message: "OpenPanel takes the visitor's agent for a bot's" };
  }
  if (status >= 200 && status < 300) {
    return { kind: "stopped", reason: `answers ${status}: OpenPanel takes nothing, as after a subscription has ended` };
  }
  if (status === 401 && /is blocked by project filter/.test(text)) {
    return { kind: "refused", code: "filtered", message: "the project keeps the visitor's address or profile out" };
  }
  const verdict = classifyStatus(response, { unknown: [502, 504] });
  return ownAnswer(verdict, isRecord(readJson(response.body)), response, request);
}

const isStored = (answer: unknown): boolean =>
  typeof answer === "object" && answer !== null && ("deviceId" in answer || "sessionId" in answer);

function messageOf(web: WebEvent): object | undefined {
  const { event, user, name, properties } = web;
  if (event.type === "identify") {
    // A profile has an id; traits of a visitor without one have nowhere to go.
    return user === undefined
      ? undefined
      : { type: "identify", payload: { profileId: user, ...profileOf(properties) } };
  }
  const isPage = event.type === "page" && name === event.type;
  return {
    type: "track",
    payload: {
      name: isPage ? "screen_view" : name,
      ...(user !== undefined && { profileId: user }),
      properties: { ...properties, ...contextOf(web) },
    },
  };
}

// `__timestamp` is the event's own time; `__path`, `__title` and `__referrer` are what its web SDK says of a page.
function contextOf({ id, at, batch: { page } }: WebEvent): Properties {
  return {
    __path: page.url,
    ...(page.title !== undefined && { __title: page.title }),
    ...(page.referrer !== undefined && { __referrer: page.referrer }),
    __timestamp: new Date(at).toISOString(),
    event_id: id,
  };
}

/** Traits that a profile has a field for go there. Its email and avatar are refused where they are none, so those stay traits. */
function profileOf({ firstName, lastName, ...properties }: Properties): object {
  return {
    ...(typeof firstName === "string" && { firstName }),
    ...(typeof lastName === "string" && { lastName }),
    properties,
  };
}
