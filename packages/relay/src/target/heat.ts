import type { EventType } from "@isotherm/protocol";
import type { OptionCheck } from "../option-check.js";
import type { BackendResponse } from "../transport/transport.js";
import { readJson } from "../web/read-json.js";
import { classifyStatus } from "./classify-status.js";
import { type EventEntry, type EventTargetOptions, eventTarget, listBody } from "./event-target.js";
import { visitorHeaders } from "./events/visitor-headers.js";
import { heatEventOf, heatSession, heatUser } from "./heat-event.js";
import { ownAnswer } from "./own-answer.js";
import type { Target, TargetRequest, Verdict } from "./target.js";
import { under } from "./under.js";

/** heat-collector 0.3.7 (npm `@m-software-engineering/heat-collector`), by its `POST /ingest`. */
export interface HeatTargetOptions extends EventTargetOptions {
  readonly type: "heat";
  /** Where its router is mounted, as `https://heat.example`. */
  readonly url: string;
  /** Its project's key; a key that it has never seen makes a project there. */
  readonly projectKey: string;
  /** An RS256 JWT for a collector in the mode `jwt` or `both`; its `sub` becomes the user of every event. @default none */
  readonly token?: string;
  /**
   * Hands the visitor's whole address on in `X-Forwarded-For`, for a collector behind `app.set("trust proxy", …)`: it then
   * counts its limit of requests by visitor, and stores the address's SHA-256. @default false
   */
  readonly sendAddress?: boolean;
}

const visible = /^[\x21-\x7e]+$/;

/** What heat-collector cannot do without. */
export function heatChecks(options: HeatTargetOptions, { http, text, fail }: OptionCheck): void {
  const { url, projectKey, token } = options;
  http("url", url, "write the address that heat-collector's router is mounted at, as https://heat.example");
  text("projectKey", projectKey, "write the project's key");
  if (!visible.test(projectKey)) fail("projectKey", "may hold no spaces and nothing but ASCII, because it is a header");
  if (token !== undefined && !(typeof token === "string" && visible.test(token))) {
    fail("token", "must be a JWT without Bearer before it");
  }
}

/** What it has tables for. */
const types: readonly EventType[] = [
  "page",
  "click",
  "move",
  "scroll",
  "input",
  "keyboard",
  "custom",
  "goal",
  "identify",
];

/**
 * heat-collector. It stores a request under one session and, at most, one user, so both make a group; and it goes by the
 * first request of a session and the last, so that a session's requests go one after the other.
 */
export function heat(options: HeatTargetOptions): Target {
  const { url, projectKey, token, sendAddress = false } = options;
  const endpoint = under(url, "ingest");
  const fixed = {
    "content-type": "application/json",
    "x-project-key": projectKey,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return eventTarget(
    {
      name: "heat",
      dedupe: "none",
      needsAddress: sendAddress,
      inOrder: true,
      // A body has 1 MB at most (`maxBodyBytes`), and a request is stored by one statement of 12 variables a row, of which
      // SQLite takes 32 766 (https://sqlite.org/limits.html#max_variable_number). The rest of the body is the session's.
      limits: { events: 2_700, bytes: 900_000 },
      write(web) {
        const event = heatEventOf(web);
        if (event === undefined) return undefined;
        const lane = heatSession(web);
        const { points } = event;
        return {
          text: JSON.stringify(event),
          group: JSON.stringify([lane, heatUser(web)]),
          lane,
          ...(Array.isArray(points) && { count: points.length }),
        };
      },
      wrap(entries) {
        const agent = entries.find(({ web }) => web.agent !== undefined)?.web.agent;
        const address = sendAddress ? entries[0]?.web.address : undefined;
        return {
          url: endpoint,
          headers: { ...fixed, ...visitorHeaders({ agent, address }) },
          body: listBody(entries, `${headOf(entries)},"events":[`, "]}"),
        };
      },
      classify,
    },
    { ...options, events: { types, ...options.events } },
  );
}

/** The session, and the user with the traits of the last `identify`; all but the list of events. */
function headOf(entries: readonly EventEntry[]): string {
  const [first] = entries as readonly [EventEntry, ...EventEntry[]];
  const times = entries.map(({ web }) => Math.round(web.at));
  const id = heatUser(first.web);
  const identified = entries.findLast(({ web }) => web.event.type === "identify");
  const traits = identified?.web.properties;
  const head = {
    sdk: { name: "isotherm" },
    session: { id: heatSession(first.web), startedAt: Math.min(...times), lastSeenAt: Math.max(...times) },
    ...(id !== undefined && { user: { id, ...(traits !== undefined && { traits }) } }),
  };
  return JSON.stringify(head).slice(0, -1);
}

const refusals = ["invalid_json", "invalid_payload", "invalid_hook_payload"];
const denials = ["missing_project_key", "missing_jwt", "invalid_jwt"];

/**
 * It answers 200 with `ok` when all of a request is stored. Events are stored last and by one statement, so that a 500 of an
 * SQL database has stored none of them; MongoDB may have stored some.
 */
function classify(response: BackendResponse, request: TargetRequest<EventEntry>): Verdict {
  const { status } = response;
  const answer = readJson(response.body) as { readonly ok?: unknown; readonly code?: unknown } | null | undefined;
  const code = `${answer?.code}`;
  if (status === 200 && answer?.ok === true) return { kind: "ok" };
  if (status >= 200 && status < 300) {
    return { kind: "stopped", reason: `answers ${status}, but not as heat-collector does` };
  }
  if (status === 400 && refusals.includes(code)) return { kind: "refused", code, message: `answers 400 ${code}` };
  if (status === 401 && denials.includes(code)) return { kind: "stopped", reason: `answers 401 ${code}` };
  const verdict = classifyStatus(response, { refused: [400, 413], unknown: [502, 504] });
  return ownAnswer(verdict, code === "payload_too_large", response, request);
}
