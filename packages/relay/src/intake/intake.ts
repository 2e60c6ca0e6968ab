import type { Tally } from "@isotherm/journal";
import type { Accepted, Rejection } from "@isotherm/protocol";
import { type SealRequest, seal } from "@isotherm/protocol/seal";
import { type EnvelopeAccepted, readEnvelope } from "@isotherm/protocol/validate";
import type { Keeper } from "../briefing/keeper.js";
import { type ClientAddress, clientAddress } from "../client/client-address.js";
import type { Trust } from "../client/trust.js";
import type { Visitors } from "../health/visitors.js";
import { addTo } from "../ledger/add-to.js";
import type { Counters } from "../ledger/counters.js";
import { names } from "../ledger/names.js";
import type { Wants } from "../page-snapshot/wants.js";
import type { Quarantine } from "../quarantine/quarantined-request.js";
import { RelayError } from "../relay-error.js";
import type { Held, Incoming } from "../web/exchange.js";
import { clientHints } from "./client-hints.js";
import { checkType, encodingOf, type Inflate, unpack } from "./inflate.js";
import { siteOf } from "./key.js";
import { checkOrigin, checkSiteOrigin } from "./origin.js";
import { nowhere, type PlaceHeaders, placeOf } from "./place-headers.js";
import { privacyVerdict } from "./privacy.js";
import type { Rate } from "./rate.js";
import { setAside } from "./set-aside.js";
import { checkSize, readBody } from "./size.js";
import type { Storage } from "./store.js";
import type { VisitorCookie } from "./visitor-cookie.js";

/** What the intake works with. */
export interface IntakeParts {
  readonly name: string;
  readonly storage: Storage;
  readonly keeper: Keeper;
  readonly rate: Rate;
  readonly counters: Counters;
  readonly visitors: Visitors;
  readonly wants: Wants;
  readonly trust: Trust;
  readonly places: PlaceHeaders;
  readonly inflate: Inflate;
  /** A target needs the visitor's whole address. */
  readonly keepAddress: boolean;
  /** Undefined where visitors are told apart day by day only. */
  readonly cookie: VisitorCookie | undefined;
  /** Keeps what is refused and might be good one day. */
  readonly quarantine?: Quarantine | undefined;
  readonly now: () => number;
  /** The relay is about to end and takes nothing any more. */
  readonly closing: () => boolean;
}

/** What a request came to. */
export interface Taken {
  readonly accepted: Accepted;
  /** The `Set-Cookie` to answer with. */
  readonly cookie: string | undefined;
}

/**
 * Takes one request, from the cheapest check to the dearest, and resolves once its batches are durable. Throws a
 * `RelayError` when none of it was taken; every refusal is counted, by its reason, under its key where that is known.
 */
export async function takeIn(incoming: Held, parts: IntakeParts): Promise<Taken> {
  const { keeper, counters, rate, visitors, now } = parts;
  let known: { readonly key: string; readonly batches: number } | undefined;
  let charged: { readonly key: string; readonly events: number } | undefined;
  let body: Uint8Array | undefined;
  try {
    if (parts.closing()) throw new RelayError("unavailable", "the relay is closing; try again", { retryAfter: 5 });
    checkSize(incoming);
    checkOrigin(incoming, keeper.book);
    const client = clientAddress(incoming, parts.trust);
    rate.request(client);
    checkType(incoming);
    const encoding = encodingOf(incoming);
    const packed = await readBody(incoming);
    body = encoding === "gzip" ? await unpack(packed, incoming, parts.inflate) : packed;
    const envelope = readEnvelope(body, { sealed: false });
    if (!envelope.ok) {
      throw new RelayError("envelope_invalid", envelope.message, { details: envelope.details });
    }
    const { key } = envelope;
    const site = await siteOf(key, keeper);
    known = { key, batches: envelope.batches.length };
    checkSiteOrigin(incoming, site);

    const verdict = privacyVerdict(incoming, site.privacy);
    if (verdict.action === "drop") {
      counters.add(refusedTally(known, verdict.signal));
      const accepted = { accepted: known.batches, duplicate: 0, rejected: [] };
      return { accepted, cookie: parts.cookie?.forget(incoming) };
    }
    const good = envelope.batches.flatMap((check) => (check.ok ? [check] : []));
    const came = good.map(({ batch }) => batch);
    const events = came.reduce((count, batch) => count + batch.events.length, 0);
    rate.events(key, events);
    charged = { key, events };
    visitors.saw(client);

    const receivedAt = Math.floor(now());
    const isNamed = verdict.action === "keep";
    const { batches, set } = (isNamed && (await parts.cookie?.name(incoming, came))) || {
      batches: came,
      set: isNamed ? undefined : parts.cookie?.forget(incoming),
    };
    const request: SealRequest = {
      ...told(incoming, client, parts, receivedAt),
      sentAt: envelope.sentAt,
      group: site.group,
      privacy: verdict.action === "strip" ? verdict.signal : undefined,
    };
    const sealed = await seal(batches, request, keeper.book.salts);
    const isWhole = request.privacy === undefined;
    const raw = good.map((check, index) => (isWhole && check.batch === batches[index] ? check.raw : undefined));
    const rejected = envelope.batches.flatMap((check) => (check.ok ? [] : [check.rejection]));
    const tally = arrivalTally(envelope, rejected);
    const isKept = parts.keepAddress && verdict.action === "keep" && client.bytes !== undefined;
    const address = isKept ? client.address : undefined;
    const stored = await parts.storage.store({
      key,
      site,
      receivedAt,
      address,
      sealed,
      raw,
      gone: envelope.gone,
      tally,
      waitUntil: incoming.waitUntil,
    });
    charged = undefined;
    if (isNamed) await setAsideBatches(envelope, { request, body }, parts);
    const snapshot = parts.wants.askFor(site.id, sealed);
    const hints = snapshot.length === 0 ? {} : { hints: { snapshot } };
    const accepted = { ...stored, rejected: [...rejected, ...stored.rejected], ...hints };
    return { accepted, cookie: stored.accepted + stored.duplicate > 0 ? set : undefined };
  } catch (error) {
    // Whoever is told to come again with them, as while the journal is full, shall not find the quota used up then.
    if (charged !== undefined) rate.notTaken(charged.key, charged.events);
    const reason = error instanceof RelayError ? error.code : "internal";
    counters.add(known === undefined ? { [names.request(reason)]: 1 } : refusedTally(known, reason));
    if (body !== undefined && known === undefined) await setAsideRequest(incoming, { error, body }, parts);
    throw error;
  }
}

/** What a request says of whoever sent it. */
const told = (
  incoming: Incoming,
  client: ClientAddress,
  { name, places }: IntakeParts,
  at: number,
): Omit<SealRequest, "group"> => ({
  at,
  address: client.address,
  agent: incoming.header("user-agent"),
  language: incoming.header("accept-language"),
  hints: clientHints(incoming),
  ...placeOf(incoming, client.proxied ? places : nowhere),
  origin: incoming.header("origin"),
  relay: name,
});

/** Of a request whose site is not known: what any site may forbid is forbidden here. */
const strictest = { gpc: "drop", dnt: "drop" } as const;

async function setAsideRequest(
  incoming: Incoming,
  { error, body }: { readonly error: unknown; readonly body: Uint8Array },
  parts: IntakeParts,
): Promise<void> {
  const { quarantine, keeper, counters, trust, now } = parts;
  if (quarantine === undefined || !(error instanceof RelayError)) return;
  if (error.code !== "envelope_invalid" && error.code !== "key_unknown") return;
  if (privacyVerdict(incoming, strictest).action !== "keep") return;
  const request = { ...told(incoming, clientAddress(incoming, trust), parts, Math.floor(now())), group: "" };
  const { code: reason, message } = error;
  await setAside({ reason, message, request, body }, { quarantine, counters, salts: keeper.book.salts });
}

async function setAsideBatches(
  envelope: EnvelopeAccepted,
  { request, body }: { readonly request: SealRequest; readonly body: Uint8Array },
  { quarantine, keeper, counters }: IntakeParts,
): Promise<void> {
  if (quarantine === undefined) return;
  const rejected = envelope.batches.flatMap((check, index) =>
    check.ok || check.rejection.code === "batch_too_large" ? [] : [{ index, rejection: check.rejection }],
  );
  const [first] = rejected;
  if (first === undefined) return;
  const { code: reason, message } = first.rejection;
  await setAside({ reason, message, request, body, rejected }, { quarantine, counters, salts: keeper.book.salts });
}

const refusedTally = ({ key, batches }: { key: string; batches: number }, reason: string): Tally => ({
  [names.received(key)]: batches,
  [names.refused(key, reason)]: batches,
});

function arrivalTally(envelope: EnvelopeAccepted, rejected: readonly Rejection[]): Tally {
  const { key, batches, unknown } = envelope;
  const tally: { [name: string]: number } = { [names.received(key)]: batches.length };
  if (unknown > 0) tally[names.unknown(key)] = unknown;
  for (const { code } of rejected) addTo(tally, { [names.refused(key, code)]: 1 });
  return tally;
}
