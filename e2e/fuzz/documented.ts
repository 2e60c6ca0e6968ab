import { readFileSync } from "node:fs";
import { root } from "../kit/process.js";
import type { Answer } from "./send.js";

/** What the documentation says about answers. */
export interface Documented {
  /** The statuses of each code for a whole request. */
  readonly refusals: ReadonlyMap<string, readonly number[]>;
  /** Codes for one batch. */
  readonly rejections: readonly string[];
  /** The statuses of an operation of the collector's OpenAPI document, as `POST /v1/batches`. */
  readonly operations: ReadonlyMap<string, readonly number[]>;
  /** What each operation's query string may hold. */
  readonly parameters: ReadonlyMap<string, readonly Parameter[]>;
  /** Types of what a 200 of each operation holds. */
  readonly types: ReadonlyMap<string, readonly string[]>;
  /** What heat-collector calls our codes for a wrong question, as docs/intakes.md has it. */
  readonly dialect: readonly string[];
}

/** A parameter of a query string. */
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: {
    readonly enum?: readonly (string | number)[];
    readonly default?: string | number;
    readonly minimum?: number;
    readonly maximum?: number;
  };
}

interface OpenApi {
  readonly paths: {
    readonly [path: string]: {
      readonly [method: string]: {
        readonly parameters?: readonly Parameter[];
        readonly responses: { readonly [status: string]: { readonly content?: object } };
      };
    };
  };
}

/** Reads docs/errors.md, and the OpenAPI document that the running collector serves. */
export async function documented(collector: string): Promise<Documented> {
  const page = readFileSync(`${root}docs/errors.md`, "utf8");
  const [http = ""] = page.slice(page.indexOf("## Answers over HTTP")).split(/\n## In the browser/);
  const rows = [...http.matchAll(/^\| `(\w+)` +\| ([\d, ]+?) +\|/gm)];
  const refusals = new Map(
    rows.map(([, code, statuses]) => [code as string, (statuses as string).split(", ").map(Number)]),
  );
  const sentence = /^A 202 lists refused batches.*$/m.exec(http)?.[0] ?? "";
  const rejections = [...sentence.matchAll(/`(\w+)`/g)].map(([, code]) => code as string);

  const { paths } = (await (await fetch(`${collector}/openapi.json`)).json()) as OpenApi;
  const operations = new Map<string, readonly number[]>();
  const parameters = new Map<string, readonly Parameter[]>();
  const types = new Map<string, readonly string[]>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { responses, parameters: all = [] }] of Object.entries(methods)) {
      const name = `${method.toUpperCase()} ${path}`;
      operations.set(name, Object.keys(responses).map(Number));
      parameters.set(
        name,
        all.filter((parameter) => parameter.in === "query"),
      );
      types.set(name, Object.keys(responses["200"]?.content ?? {}));
    }
  }
  const intakes = readFileSync(`${root}docs/intakes.md`, "utf8");
  const theirs = /^Errors have its codes: (.*?), each with 400/m.exec(intakes)?.[1] ?? "";
  const dialect = [...theirs.matchAll(/`(\w+)`/g)].map(([, code]) => code as string);
  return { refusals, rejections, operations, parameters, types, dialect };
}

const waiting = ["rate_limited", "unavailable"];

/**
 * What is wrong with an answer that should have one of the `allowed` statuses, and after which only `types` may come instead
 * of JSON; nothing when all is as documented.
 */
export function faultsOf(
  method: string,
  answer: Answer,
  allowed: readonly number[],
  { refusals, rejections, dialect }: Documented,
  types: readonly string[] = [],
): string[] {
  const { status, headers } = answer;
  const faults: string[] = [];
  const claim = (holds: boolean, fault: string): void => {
    if (!holds) faults.push(fault);
  };
  claim(allowed.includes(status), `the status ${status} is not documented here`);
  claim(/^\S+$/.test(String(headers["x-request-id"])), "there is no X-Request-Id");
  if (status === 405) claim(/[A-Z]/.test(String(headers.allow)), "there is no Allow");
  if (status === 204 || status === 304 || method === "HEAD") {
    claim(answer.body === "", `a ${status} has a body`);
    return faults;
  }
  const type = String(headers["content-type"]).split(";")[0] as string;
  if (status === 200 && types.includes(type) && type !== "application/json") return faults;
  const body = parsed(answer.body);
  if (body === null) return [...faults, "the body is no JSON object"];
  claim(String(headers["content-type"]).startsWith("application/json"), "the Content-Type is not JSON");
  if (status === 202 && method === "POST") {
    const { accepted, duplicate, rejected } = body;
    claim(Number.isSafeInteger(accepted) && Number.isSafeInteger(duplicate), "a 202 does not count its batches");
    for (const entry of Array.isArray(rejected) ? rejected : [null]) {
      const known = rejections.includes(entry?.code) && typeof entry.id === "string" && entry.message?.length > 0;
      claim(known, `a rejection is not as documented: ${JSON.stringify(entry)}`);
    }
  }
  if (status < 400) return faults;
  const { error, code, message, requestId, ...rest } = body;
  const theirs = headers["x-heat-collector"] !== undefined && status === 400 && dialect.includes(String(code));
  claim(
    theirs || (refusals.get(String(code))?.includes(status) ?? false),
    `the code ${code} is not documented with ${status}`,
  );
  claim(
    typeof error === "string" && typeof message === "string" && message.length > 10,
    "it does not say what is wrong",
  );
  claim(requestId === headers["x-request-id"], "the body's requestId is not the header's");
  claim(
    Object.keys(rest).every((key) => key === "details"),
    `it has undocumented fields ${Object.keys(rest)}`,
  );
  claim(code !== "internal", "the server is at fault");
  if (waiting.includes(String(code)))
    claim(/^[1-9]\d*$/.test(String(headers["retry-after"])), "there is no Retry-After");
  return faults;
}

function parsed(text: string): { [key: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as { [key: string]: unknown })
      : null;
  } catch {
    return null;
  }
}
