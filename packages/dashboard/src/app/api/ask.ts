import type { Refusal } from "@isotherm/protocol";
import { ApiError } from "./api-error.js";

/** One question to the collector. */
export interface Question {
  /** Below `v1/`, as `sites/shop/summary`. */
  readonly path: string;
  readonly query: { readonly [name: string]: string };
}

/** An answer, and the time until which it knows everything that was received, in ms since 1970. */
export interface Answer {
  readonly value: unknown;
  readonly asOf: number | null;
}

/**
 * Asks the collector. While nothing but the clock has changed, the very `value` of the last time is answered, so that
 * whoever compares by identity draws nothing again. Rejects with an `ApiError`, or with the reason of the abort.
 */
export type Ask = (question: Question, abort: AbortSignal) => Promise<Answer>;

export interface AskOptions {
  /** Address that `v1/` is relative to. */
  readonly base: string;
  readonly key: () => string | null;
  readonly fetch: typeof fetch;
  /** Answers that are remembered for comparison. @default 64 */
  readonly memory?: number;
}

interface Remembered extends Answer {
  readonly etag: string | null;
  readonly text: string;
}

// `asOf` moves with every batch of any page; alone it is no reason to draw again.
const withoutClock = (text: string): string => text.replace(/"asOf":\d+,?/, "");

async function refusal(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as Partial<Refusal> | null;
  return new ApiError(
    body?.code ?? "unexpected",
    response.status,
    body?.message ?? response.statusText,
    body?.requestId,
  );
}

export function asker({ base, key, fetch, memory = 64 }: AskOptions): Ask {
  const remembered = new Map<string, Remembered>();
  return async ({ path, query }, abort) => {
    const url = new URL(`v1/${path}`, base);
    url.search = new URLSearchParams(query).toString();
    const name = `${key()} ${url.href}`;
    const before = remembered.get(name);
    const headers = new Headers({ accept: "application/json", authorization: `Bearer ${key()}` });
    if (before?.etag) headers.set("if-none-match", before.etag);
    const response = await fetch(url.href, {
      headers,
      signal: abort,
      cache: "no-store",
      credentials: "same-origin",
    }).catch((cause: unknown) => {
      abort.throwIfAborted();
      throw new ApiError("unreachable", 0, "The collector does not answer.", "", { cause });
    });
    if (response.status === 304 && before !== undefined) return before;
    if (!response.ok) throw await refusal(response);
    const text = await response.text();
    const same = before !== undefined && withoutClock(before.text) === withoutClock(text);
    const fresh = parse(text, response.status);
    const answer: Remembered = {
      value: same ? before.value : fresh,
      asOf: fresh.asOf ?? null,
      etag: response.headers.get("etag"),
      text,
    };
    remembered.delete(name);
    remembered.set(name, answer);
    for (const oldest of remembered.keys()) {
      if (remembered.size <= memory) break;
      remembered.delete(oldest);
    }
    return answer;
  };
}

function parse(text: string, status: number): { readonly asOf?: number } {
  try {
    return JSON.parse(text) as { readonly asOf?: number };
  } catch (cause) {
    throw new ApiError("unexpected", status, "The answer is not from a collector.", "", { cause });
  }
}
