import type { OptionCheck } from "../option-check.js";
import { classifyMatomo } from "./classify-matomo.js";
import { type EventTargetOptions, eventTarget, listBody } from "./event-target.js";
import { hash64 } from "./events/hash64.js";
import { matomoQuery } from "./events/matomo-query.js";
import type { Target } from "./target.js";

/** Matomo, by the bulk form of its tracking API (https://developer.matomo.org/api-reference/tracking-api). */
export interface MatomoTargetOptions extends EventTargetOptions {
  readonly type: "matomo";
  /** The address of Matomo's tracker, as `https://matomo.example/matomo.php`. */
  readonly url: string;
  /** The website's number. */
  readonly siteId: number;
  /**
   * A token of 32 letters of a user who may write to the website: without it, Matomo would count every visitor under the
   * relay's address. Only a super user's token makes Matomo say which events of a request were invalid.
   */
  readonly tokenAuth: string;
  /** Numbers of Matomo's goals by the names of ours; other goals become events. @default {} */
  readonly goals?: { readonly [name: string]: number };
  /** Numbers of Matomo's custom dimensions by the names of properties; other properties stay behind. @default {} */
  readonly dimensions?: { readonly [name: string]: number };
  /**
   * Whether Matomo takes a request back as a whole when it fails, as it does unless `bulk_requests_use_transaction` is 0
   * in its configuration; then only what follows the failure is sent again. @default true
   */
  readonly transactions?: boolean;
}

/** What Matomo cannot do without. */
export const matomoChecks = (
  { url, siteId, tokenAuth, goals = {}, dimensions = {} }: MatomoTargetOptions,
  { http, fail }: OptionCheck,
): void => {
  http("url", url, "write the address of Matomo's tracker, as https://matomo.example/matomo.php");
  if (!isNumber(siteId)) fail("siteId", "write the website's number");
  if (typeof tokenAuth !== "string" || !/^[0-9a-z]{32}$/i.test(tokenAuth)) {
    fail("tokenAuth", "write the 32 letters of a token_auth that may write to the website");
  }
  for (const [field, numbers] of Object.entries({ goals, dimensions })) {
    for (const [name, number] of Object.entries(numbers)) {
      if (!isNumber(number)) fail(`${field}.${name}`, "write the number that Matomo gave it");
    }
  }
};

const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isInteger(value) && value > 0;

/**
 * Matomo. It makes visits of what comes in the order in which it comes, so the events of a visitor never overtake each
 * other: visitors are spread over as many lanes as requests may be in flight.
 */
export function matomo(options: MatomoTargetOptions): Target {
  const { url, tokenAuth, concurrency = 4, transactions = true } = options;
  const head = `{"token_auth":${JSON.stringify(tokenAuth)},"requests":[`;
  return eventTarget(
    {
      name: "matomo",
      dedupe: "none",
      needsAddress: true,
      // None in Matomo, which tracks one after the other while the relay waits; nginx before it takes a megabyte
      // (https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size).
      limits: { events: 100, bytes: 900_000, eventBytes: 100_000 },
      inOrder: true,
      write(web) {
        const query = matomoQuery(web, options);
        const lane = Number.parseInt(hash64(web.visitor).slice(0, 8), 16) % Math.max(1, Math.floor(concurrency));
        return query && { text: JSON.stringify(`?${query}`), group: `${lane}` };
      },
      wrap: (entries) => ({
        url,
        headers: { "content-type": "application/json" },
        body: listBody(entries, head, "]}"),
      }),
      classify: (response, request) => classifyMatomo(response, request, transactions),
    },
    options,
  );
}
