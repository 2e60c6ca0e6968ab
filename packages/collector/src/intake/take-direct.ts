import type { IncomingHttpHeaders } from "node:http";
import type { Batch, ClientHints, Rejection } from "@isotherm/protocol";
import { seal } from "@isotherm/protocol/seal";
import { readEnvelope } from "@isotherm/protocol/validate";
import { CollectorError } from "../collector-error.js";
import { allowsOrigin } from "../registry/directory.js";
import type { Site } from "../store/store.js";
import { keep } from "./keep.js";
import type { IntakeParts, Taken } from "./parts.js";
import { privacyOf } from "./privacy.js";

/** The request that a browser made. */
export interface DirectRequest {
  readonly body: Uint8Array;
  readonly headers: IncomingHttpHeaders;
  /** The other end of the socket. */
  readonly peer: string | undefined;
}

/** Takes an envelope that comes straight from a browser: nothing it says about its receipt is believed. */
export async function takeDirect(request: DirectRequest, parts: IntakeParts): Promise<Taken> {
  const at = parts.now();
  const { headers, peer } = request;
  const read = readEnvelope(request.body, { sealed: false });
  if (!read.ok) throw new CollectorError("envelope_invalid", read.message, { details: read.details });
  const found = await parts.registry.find((known) => known.publicKey(read.key));
  if (found === undefined || found.revokedAt !== null)
    throw new CollectorError("key_unknown", "no site has this key; see the keys of the site with `isotherm keys list`");

  const { site } = found;
  const good: Batch[] = [];
  const rejected: Rejection[] = [];
  let events = 0;
  for (const check of read.batches) {
    if (check.ok) {
      good.push(check.batch);
      events += check.batch.events.length;
    } else {
      rejected.push(check.rejection);
      events += check.events;
    }
  }
  checkOrigin(site, headers.origin, good);
  const wait = parts.events.take(read.key, events);
  if (wait > 0)
    throw new CollectorError("rate_limited", "more events came under this key than it may send in a minute", {
      retryAfter: Math.ceil(wait / 1000),
    });

  const privacy = privacyOf(headers, site.privacy);
  if (privacy.action === "drop") {
    parts.meters.dropped(privacy.signal, good.length);
    return { accepted: good.length, duplicate: 0, rejected };
  }
  const facts = {
    at,
    sentAt: read.sentAt,
    group: site.group,
    address: parts.addresses.client(peer, headers),
    agent: headers["user-agent"],
    language: headers["accept-language"],
    hints: hintsOf(headers),
    country: parts.addresses.trusts(peer) ? text(headers[parts.countryHeader ?? ""]) : undefined,
    origin: headers.origin === "null" ? undefined : headers.origin,
    privacy: privacy.action === "strip" ? privacy.signal : undefined,
  };
  const salts = privacy.action === "strip" || good.length === 0 ? [] : await parts.salts.around(site.group, at);
  const batches = await seal(good, facts, salts);
  // The promise that no address is ever written is kept here, whatever salts there are.
  if (batches.some(({ edge }) => edge.address !== undefined))
    throw new CollectorError("unavailable", "there is no salt to hash the visitor with yet", { retryAfter: 5 });
  const taken = await keep(parts, { site: site.id, batches, gone: read.gone, rejected, unknown: read.unknown });
  const wanted = parts.snapshots.askFor(site.id, batches);
  return wanted.length === 0 ? taken : { ...taken, hints: { snapshot: wanted.map(({ page }) => page) } };
}

/** A page with `no-referrer` sends beacons with a null origin, and a server sends none: then the pages' own addresses are judged. */
function checkOrigin(site: Site, origin: string | undefined, batches: readonly Batch[]): void {
  const origins = origin === undefined || origin === "null" ? batches.map(({ page }) => originOf(page.url)) : [origin];
  const foreign = origins.find((candidate) => !allowsOrigin(site, candidate));
  if (foreign !== undefined)
    throw new CollectorError("origin_refused", `the site does not list ${foreign} among its origins`);
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

function hintsOf(headers: IncomingHttpHeaders): ClientHints {
  const platform = text(headers["sec-ch-ua-platform"])?.replaceAll('"', "");
  const brands = text(headers["sec-ch-ua"]);
  const mobile = text(headers["sec-ch-ua-mobile"]);
  return {
    ...(platform !== undefined && { platform }),
    ...(brands !== undefined && { brands }),
    ...(mobile !== undefined && { mobile: mobile === "?1" }),
  };
}

function text(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
