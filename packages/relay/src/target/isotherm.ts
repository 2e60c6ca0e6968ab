import { horizon, limits } from "@isotherm/protocol";
import { messageId, sign } from "@isotherm/protocol/signature";
import type { CollectorTargetOptions } from "../options.js";
import { classifyCollector } from "./classify-collector.js";
import { packEnvelopes } from "./pack-envelopes.js";
import type { Target } from "./target.js";
import { under } from "./under.js";

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
