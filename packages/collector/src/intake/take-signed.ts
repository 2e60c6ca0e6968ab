import type { Rejection, SealedBatch } from "@isotherm/protocol";
import { settle } from "@isotherm/protocol/seal";
import { type BatchCheck, type EnvelopeAccepted, readEnvelope } from "@isotherm/protocol/validate";
import { CollectorError } from "../collector-error.js";
import type { SiteKey } from "../registry/directory.js";
import type { StoredKey } from "../store/sites.js";
import { keep } from "./keep.js";
import type { IntakeParts, Taken } from "./parts.js";

/**
 * A relay learns of a revocation with its next briefing; what it took and acknowledged until then is not the visitor's
 * fault. In milliseconds.
 */
const briefingDelay = 300_000;

/** Takes an envelope whose signature holds: what it says about its batches is believed. */
export async function takeSigned(body: Uint8Array, relay: StoredKey, parts: IntakeParts): Promise<Taken> {
  const read = readEnvelope(body, { sealed: true });
  if (!read.ok) throw new CollectorError("envelope_invalid", read.message, { details: read.details });
  const found = await parts.registry.find((known) => known.publicKey(read.key));
  if (found === undefined || (relay.site !== null && relay.site !== found.site.id))
    throw new CollectorError("key_unknown", "no site that this relay serves has this key");

  const counted = takeQuota(read, parts);
  const { taken, batches } = await settleAndKeep(read, found, parts).catch((error: unknown) => {
    if (counted > 0) parts.events.give(read.key, counted);
    throw error;
  });
  const wanted = parts.snapshots.wanted(found.site.id, batches);
  return wanted.length === 0 ? taken : { ...taken, hints: { wanted } };
}

async function settleAndKeep(
  { batches: checks, gone, unknown }: EnvelopeAccepted<SealedBatch>,
  { site, revokedAt }: SiteKey,
  parts: IntakeParts,
): Promise<{ readonly taken: Taken; readonly batches: readonly SealedBatch[] }> {
  const rejected: Rejection[] = [];
  const batches: SealedBatch[] = [];
  const json: (Uint8Array | undefined)[] = [];
  for (const check of checks) {
    if (!check.ok) rejected.push(check.rejection);
    // A backlog outlives a rotation: what counts is whether the key was good when the relay took the batch.
    else if (revokedAt !== null && check.batch.edge.at >= revokedAt + briefingDelay)
      rejected.push({
        id: check.batch.id,
        code: "key_unknown",
        message: `the site's key had been revoked when the relay received this batch`,
      });
    else {
      const batch = await settled(check.batch, site.group, parts);
      batches.push(batch);
      json.push(batch === check.batch ? check.raw : undefined);
    }
  }
  const taken = await keep(parts, { site: site.id, batches, json, gone, rejected, unknown });
  return { taken, batches };
}

/** Only a key with a bound of its own is held to one here: what relays bring was counted by them. Answers the events taken from it. */
function takeQuota(
  { key, batches }: { readonly key: string; readonly batches: readonly BatchCheck[] },
  { registry, events, meters }: IntakeParts,
): number {
  if (registry.known().quota(key) === undefined) return 0;
  const count = batches.reduce((sum, check) => sum + (check.ok ? check.batch.events.length : check.events), 0);
  const wait = events.take(key, count);
  if (wait === 0) return count;
  meters.overQuota(count);
  throw new CollectorError("rate_limited", "more events came under this key than it may send in a minute", {
    retryAfter: Math.ceil(wait / 1000),
  });
}

async function settled(batch: SealedBatch, group: string, { salts }: IntakeParts): Promise<SealedBatch> {
  if (batch.edge.address === undefined) return batch;
  if (batch.edge.visitor === undefined) return settle(batch, group, await salts.around(group, batch.edge.at));
  const { address: _address, ...edge } = batch.edge;
  return { ...batch, edge };
}
