import { horizon, limits } from "@isotherm/protocol";
import { messageId, sign } from "@isotherm/protocol/signature";
import type { OptionCheck } from "../option-check.js";
import { classifyCollector } from "./classify-collector.js";
import { packEnvelopes } from "./pack-envelopes.js";
import type { Target } from "./target.js";
import { under } from "./under.js";

/** An Isotherm collector. */
export interface CollectorTargetOptions {
  readonly type: "isotherm";
  /** Its name in counters, cursors and health. @default "isotherm" */
  readonly name?: string;
  /** The collector's base address, as `https://collector.example`. */
  readonly url: string;
  /** The relay's key id, as `rk_…`; made by `isotherm keys create relay`. */
  readonly keyId: string;
  /** Secrets as `whsec_…`, or as `whsk_…` for Ed25519, at most two: each signs, so that the collector need know only one. */
  readonly secrets: readonly string[];
  /** Requests in flight at most. @default 4 */
  readonly concurrency?: number;
}

const keyIdForm = /^rk_[0-9A-Za-z]{12}$/;
const secretForm = /^whs(?:ec|k)_[A-Za-z0-9+/]{43,}=*$/;

/** What a collector cannot do without. */
export function collectorChecks({ url, keyId, secrets }: CollectorTargetOptions, { http, fail }: OptionCheck): void {
  http("url", url, "write the collector's address, as https://collector.example");
  if (typeof keyId !== "string" || !keyIdForm.test(keyId)) {
    fail("keyId", "must be rk_ and 12 letters or digits; `isotherm keys create relay` makes one");
  }
  if (!Array.isArray(secrets) || secrets.length === 0) {
    fail("secrets", "is missing; `isotherm keys create relay` makes a secret");
  }
  if (secrets.length > 2) fail("secrets", "may hold two at most, while one replaces the other");
  if (!secrets.every((secret: unknown) => typeof secret === "string" && secretForm.test(secret))) {
    fail("secrets", "must be whsec_ or whsk_ and at least 32 bytes in base64");
  }
}

/** An Isotherm collector: signed envelopes of sealed batches, which it stores once, however often they come. */
export function isotherm(options: CollectorTargetOptions): Target {
  const { name = "isotherm", url, keyId, secrets, concurrency = 4 } = options;
  const bounds = { batches: limits.batches, bytes: limits.requestBytes, gone: limits.gone };
  const endpoint = under(url, "v1/batches");
  const headers = { "content-type": "application/json", "relay-key-id": keyId };
  return {
    name,
    // A collector remembers ids for so long from receipt that whatever is younger than this is recognised.
    limits: { lateness: horizon.remember - horizon.send },
    dedupe: "id",
    onUnknown: "resend",
    late: "dead",
    concurrency,
    needsAddress: false,
    entries: (item) => [{ item }],
    encode: (entries) => packEnvelopes(entries, bounds).map((envelope) => ({ url: endpoint, headers, ...envelope })),
    async stamp({ body, batchIds }, now) {
      return sign({ id: await messageId(batchIds), timestamp: Math.floor(now / 1_000), body, secrets });
    },
    classify: classifyCollector,
  };
}
