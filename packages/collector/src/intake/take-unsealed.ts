import type { Batch, Gone, Rejection, SealedBatch } from "@isotherm/protocol";
import { seal, sealedJson } from "@isotherm/protocol/seal";
import type { BatchCheck } from "@isotherm/protocol/validate";
import { CollectorError } from "../collector-error.js";
import type { Site } from "../store/sites.js";
import { keep } from "./keep.js";
import type { IntakeParts, Taken } from "./parts.js";
import { privacyOf } from "./privacy.js";
import type { Sender } from "./sender.js";

/** Checked batches of one visitor. */
export interface UnsealedGroup {
  readonly sender: Sender;
  /** The sender's clock when it sent them, in ms since 1970; undefined means no correction. */
  readonly sentAt: number | undefined;
  readonly checks: readonly BatchCheck[];
}

/** What is left of a request that no relay has sealed, once it is known whose it is. */
export interface Unsealed {
  readonly site: Site;
  /** Whose quota of events it is taken from: the key that it came under. */
  readonly quota: string;
  readonly groups: readonly UnsealedGroup[];
  readonly gone: readonly Gone[];
  readonly unknown: number;
}

/** Counts, honours privacy signals, seals and keeps. Rejects with `rate_limited` or `unavailable`, having kept nothing. */
export async function takeUnsealed(unsealed: Unsealed, parts: IntakeParts): Promise<Taken> {
  const { site, quota, groups } = unsealed;
  const at = parts.now();
  const rejected: Rejection[] = [];
  let events = 0;
  for (const check of groups.flatMap(({ checks }) => checks)) {
    events += check.ok ? check.batch.events.length : check.events;
    if (!check.ok) rejected.push(check.rejection);
  }
  const wait = parts.events.take(quota, events);
  if (wait > 0) {
    parts.meters.overQuota(events);
    throw new CollectorError("rate_limited", "more events came under this key than it may send in a minute", {
      retryAfter: Math.ceil(wait / 1000),
    });
  }

  const { taken, batches } = await sealAndKeep(unsealed, { at, rejected }, parts).catch((error: unknown) => {
    // Whoever is told to come again with them, as while the journal is full, shall not find the quota used up then.
    parts.events.give(quota, events);
    throw error;
  });
  const wanted = parts.snapshots.askFor(site.id, batches);
  return { ...taken, ...(wanted.length > 0 && { hints: { snapshot: wanted.map(({ page }) => page) } }) };
}

async function sealAndKeep(
  { site, groups, gone, unknown }: Unsealed,
  { at, rejected }: { readonly at: number; readonly rejected: readonly Rejection[] },
  parts: IntakeParts,
): Promise<{ readonly taken: Taken; readonly batches: readonly SealedBatch[] }> {
  const batches: SealedBatch[] = [];
  const json: (Uint8Array | undefined)[] = [];
  let dropped = 0;
  let refusing = 0;
  for (const { sender, sentAt, checks } of groups) {
    const good = checks.flatMap((check) => (check.ok ? [check] : []));
    const privacy = privacyOf(sender.signals, site.privacy);
    if (privacy.action === "drop") {
      parts.meters.dropped(privacy.signal, good.length);
      dropped += good.length;
      refusing++;
      continue;
    }
    const signal = privacy.action === "strip" ? privacy.signal : undefined;
    const facts = { ...sender, at, sentAt, privacy: signal };
    const came = good.map(({ batch }) => batch);
    for (const [index, batch] of (await sealed(came, facts, site, parts)).entries()) {
      batches.push(batch);
      json.push(signal === undefined ? sealedJson(batch, good[index]?.raw) : undefined);
    }
  }
  if (refusing === groups.length) return { taken: { accepted: dropped, duplicate: 0, rejected }, batches };
  const taken = await keep(parts, { site: site.id, batches, json, gone, rejected, unknown });
  return { taken: { ...taken, accepted: taken.accepted + dropped }, batches };
}

async function sealed(
  batches: readonly Batch[],
  facts: Omit<Parameters<typeof seal>[1], "group">,
  { group }: Site,
  { salts }: IntakeParts,
): Promise<readonly SealedBatch[]> {
  const known = facts.privacy !== undefined || batches.length === 0 ? [] : await salts.around(group, facts.at);
  const made = await seal(batches, { ...facts, group }, known);
  // The promise that no address is ever written is kept here, whatever salts there are.
  if (made.some(({ edge }) => edge.address !== undefined))
    throw new CollectorError("unavailable", "there is no salt to hash the visitor with yet", { retryAfter: 5 });
  return made;
}
