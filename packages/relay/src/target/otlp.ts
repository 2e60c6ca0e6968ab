import type { OptionCheck } from "../option-check.js";
import type { BackendResponse } from "../transport/transport.js";
import { readJson } from "../web/read-json.js";
import { classifyStatus } from "./classify-status.js";
import { type EventEntry, type EventTargetOptions, eventTarget } from "./event-target.js";
import { logRecordOf } from "./log-record.js";
import { isPage, ownAnswer } from "./own-answer.js";
import type { Target, TargetRequest, Verdict } from "./target.js";
import { under } from "./under.js";

/** Logs by OTLP/HTTP in JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp). */
export interface OtlpTargetOptions extends EventTargetOptions {
  readonly type: "otlp";
  /** The receiver's base address, as `http://127.0.0.1:4318`; `/v1/logs` is appended. */
  readonly url: string;
  /** Headers of every request, as `{ "authorization": "Bearer …" }`; they are secrets, and never logged. @default {} */
  readonly headers?: { readonly [name: string]: string };
  /** `service.name` of what comes from there. @default the site's id */
  readonly serviceName?: string;
  /** Statuses that go again besides 429, 502, 503 and 504, as of a receiver whose outage is a 500. @default [] */
  readonly retried?: readonly number[];
  /** Writes the visitor's whole address as `client.address`. @default false */
  readonly sendAddress?: boolean;
}

const headerName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
const headerValue = /^[\x20-\x7e]+$/;
const ownHeaders = ["content-type", "content-length", "content-encoding", "host"];

/** What a receiver of logs cannot do without. */
export function otlpChecks(options: OtlpTargetOptions, { http, text, fail }: OptionCheck): void {
  const { url, headers = {}, serviceName, retried = [] } = options;
  http("url", url, "write the receiver's base address, as http://127.0.0.1:4318");
  if (serviceName !== undefined) text("serviceName", serviceName, "write the service's name, or leave it out");
  if (
    !Array.isArray(retried) ||
    !retried.every((status) => Number.isInteger(status) && status >= 400 && status < 600)
  ) {
    fail("retried", "write a list of statuses, as [500]");
  }
  if (typeof headers !== "object" || headers === null) fail("headers", "write headers as names and values");
  for (const [name, value] of Object.entries(headers)) {
    if (!headerName.test(name)) fail("headers", "one has a name that is none; write letters, digits and -");
    if (ownHeaders.includes(name.toLowerCase())) fail(`headers.${name}`, "is written by the relay; leave it out");
    if (typeof value !== "string" || !headerValue.test(value)) {
      fail(`headers.${name}`, "must be one line of ASCII that is not empty");
    }
  }
}

const encoder = new TextEncoder();

/** A receiver of OpenTelemetry logs: one resource for each site, one record for each event. */
export function otlp(options: OtlpTargetOptions): Target {
  const { url, headers = {}, serviceName, retried = [], sendAddress = false } = options;
  const endpoint = under(url, "v1/logs");
  return eventTarget(
    {
      name: "otlp",
      // Nothing in the protocol goes by `log.record.uid`; some backends do.
      dedupe: "none",
      needsAddress: sendAddress,
      // Receivers are told to take 20 MiB (opentelemetry-proto, docs/specification.md; 64 MiB in its newest version).
      limits: { events: 1_000, bytes: 4_000_000 },
      write: (web) => ({ text: JSON.stringify(logRecordOf(web, { sendAddress })) }),
      wrap: (entries) => ({
        url: endpoint,
        headers: { ...headers, "content-type": "application/json" },
        body: encoder.encode(`{"resourceLogs":[${resourcesOf(entries, serviceName).join(",")}]}`),
      }),
      classify: (response, request) => classify(response, request, retried),
    },
    options,
  );
}

function resourcesOf(entries: readonly EventEntry[], serviceName: string | undefined): readonly string[] {
  const bySite = new Map<string, string[]>();
  for (const { web, text } of entries) {
    const service = serviceName ?? web.site;
    const texts = bySite.get(service);
    if (texts === undefined) bySite.set(service, [text]);
    else texts.push(text);
  }
  return [...bySite].map(([service, texts]) => {
    const resource = JSON.stringify({ attributes: [{ key: "service.name", value: { stringValue: service } }] });
    return `{"resource":${resource},"scopeLogs":[{"scope":{"name":"isotherm"},"logRecords":[${texts.join(",")}]}]}`;
  });
}

/**
 * Only 429, 502, 503 and 504 may be tried again; of a gateway's 502 and 504 nobody knows what became of the request. Records
 * that a receiver took out (`partialSuccess`) must not come again, and are counted without being named. A page is nobody's
 * answer but that of something in between, which the protocol does not bind.
 */
function classify(response: BackendResponse, request: TargetRequest<EventEntry>, retried: readonly number[]): Verdict {
  const { status } = response;
  const isOwn = !isPage(response);
  if (status >= 200 && status < 300) {
    if (!isOwn) return { kind: "stopped", reason: `answers ${status} with a page, as no receiver of logs does` };
    return classifyPartial(readJson(response.body), request);
  }
  const isFinal = [408, 425].includes(status) || (status >= 500 && ![502, 503, 504].includes(status));
  if (isOwn && isFinal && !retried.includes(status)) {
    return { kind: "refused", code: `status_${status}`, message: `answers ${status}, which OTLP forbids to try again` };
  }
  return ownAnswer(classifyStatus(response, { retried, unknown: [502, 504] }), isOwn, response, request);
}

interface Answer {
  readonly partialSuccess?: { readonly rejectedLogRecords?: unknown } | null;
}

function classifyPartial(answer: unknown, { entries }: TargetRequest<EventEntry>): Verdict {
  const rejected = Number((answer as Answer | null | undefined)?.partialSuccess?.rejectedLogRecords ?? 0);
  // Without a number of rejected records it is a warning.
  if (!(rejected > 0)) return { kind: "ok" };
  const code = rejected >= entries.length ? "records_rejected" : "records_partly_rejected";
  const message = `the receiver rejected ${rejected} of the ${entries.length} events in this request and names none of them`;
  return { kind: "partial", refused: entries.map((entry) => ({ entry, code, message })) };
}
