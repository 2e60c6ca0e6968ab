import { joinBytes, type SealedBatch } from "@isotherm/protocol";
import { messageId, sign } from "@isotherm/protocol/signature";
import type { OptionCheck } from "../option-check.js";
import { classifyStatus } from "./classify-status.js";
import type { Entry, Item, Target } from "./target.js";

/** Any address that understands Standard Webhooks 1.0 (https://www.standardwebhooks.com). */
export interface WebhookTargetOptions {
  readonly type: "webhook";
  /** Its name in counters, cursors and health. @default "webhook" */
  readonly name?: string;
  /** Where the messages go; it is never logged. */
  readonly url: string;
  /**
   * One secret, or two while one replaces the other, each of which signs: `whsec_…` (24 to 64 bytes, HMAC-SHA256) or
   * `whsk_…` (an Ed25519 key, of which the receiver has `whpk_…`).
   */
  readonly secrets: readonly string[];
  /** Sites whose batches go there, by their ids. @default all */
  readonly sites?: readonly string[];
  /** Requests in flight at most. @default 4 */
  readonly concurrency?: number;
}

const sharedForm = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;
const privateForm = /^whsk_(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}==)$/;

/** What a webhook cannot do without. */
export function webhookChecks({ url, secrets, sites }: WebhookTargetOptions, { http, fail }: OptionCheck): void {
  http("url", url, "write the address that takes the messages, as https://hooks.example/isotherm");
  if (sites !== undefined && !Array.isArray(sites)) fail("sites", "write a list of sites, by their ids");
  const isFit = Array.isArray(secrets) && (secrets.length === 1 || secrets.length === 2);
  if (!isFit) fail("secrets", "write one secret, or two while one replaces the other");
  const isForm = (secret: unknown): boolean =>
    typeof secret === "string" && (sharedForm.test(secret) || privateForm.test(secret));
  if (!secrets.every(isForm)) {
    fail("secrets", "must be whsec_ and 24 to 64 bytes in base64, or whsk_ and an Ed25519 key in base64");
  }
}

const leastBytes = 24;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * A webhook: each message is one sealed batch as it is. Its id stays, so that the receiver can tell a message that it has
 * already; time and signature are those of each attempt.
 */
export function webhook(options: WebhookTargetOptions): Target {
  const { name = "webhook", url, secrets, sites, concurrency = 4 } = options;
  const headers = { "content-type": "application/json" };
  return {
    name,
    limits: { lateness: Number.POSITIVE_INFINITY },
    dedupe: "id",
    onUnknown: "resend",
    late: "dead",
    concurrency,
    needsAddress: false,
    // Reports of what browsers discarded are the collector's affair.
    entries: (item): readonly Entry[] =>
      item.kind === "batch" && sites?.includes(item.site) !== false ? [{ item }] : [],
    encode: (entries) =>
      entries.map((entry) => ({ url, headers, body: bodyOf(entry.item), entries: [entry], batchIds: [entry.item.id] })),
    async stamp({ body, batchIds }, now) {
      const id = await messageId(batchIds);
      return sign({ id, timestamp: Math.floor(now / 1_000), body, secrets, leastBytes });
    },
    classify(response) {
      if (response.status === 410) return { kind: "stopped", reason: "answers 410: the receiver wants no more" };
      return classifyStatus(response);
    },
  };
}

/** The payload that Standard Webhooks recommends: type, time of the event, data. */
function bodyOf(item: Item): Uint8Array {
  const { key, site, receivedAt } = item;
  const head = { type: "isotherm.batch", timestamp: new Date(receivedAt).toISOString(), site, key };
  const open = encoder.encode(`${JSON.stringify(head).slice(0, -1)},"data":`);
  return joinBytes([open, batchOf(item), encoder.encode("}")]);
}

/** The batch without the visitor's whole address, which it holds while the relay knows no salt: that is for a collector alone. */
function batchOf({ batch }: Item): Uint8Array {
  const text = decoder.decode(batch);
  if (!text.includes('"address":')) return batch;
  const { edge, ...rest } = JSON.parse(text) as SealedBatch;
  const { address: _address, ...known } = edge;
  return encoder.encode(JSON.stringify({ ...rest, edge: known }));
}
