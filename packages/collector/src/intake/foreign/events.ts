import { type Batch, type Event, limits, parseUrl } from "@isotherm/protocol";
import type { FastifyInstance } from "fastify";
import { CollectorError } from "../../collector-error.js";
import type { Site } from "../../store/sites.js";
import { admit } from "../admit.js";
import { checkOrigin } from "../check-origin.js";
import type { IntakeParts } from "../parts.js";
import { senderOf } from "../sender.js";
import { takeUnsealed } from "../take-unsealed.js";
import { goodOrRefused } from "./check.js";
import { type Fields, optionalText, text } from "./fields.js";
import { addressOf } from "./page.js";
import { isPageView, leftover, plainBatch } from "./plain-batch.js";
import { readJson } from "./read-json.js";
import { bytesOf, openScope } from "./scope.js";
import { aheadOf, momentOf } from "./time.js";

const path = "/events";
const known = ["event_id", "event_type", "visitor_id", "session_id", "user_id", "timestamp", "domain"];
const knownOfPage = ["url", "path", "referrer", "title"];

/** `POST /events`: one event, of the site that lists its `domain`; by a browser on the site's origins, or a server. */
export function eventsIntake(app: FastifyInstance, parts: IntakeParts): void {
  openScope(app, parts, [path]);
  app.post(path, { schema: { hide: true } }, async (request, reply) => {
    const from = readJson(bytesOf(request));
    const { site, origin } = await siteOf(from, parts);
    const sent = { headers: request.headers, peer: request.socket.remoteAddress };
    await admit(site, sent, parts);
    const now = parts.now();
    const check = goodOrRefused(() => batchOf(from, { site, origin, now }));
    checkOrigin(site, request.headers.origin, [check.batch]);
    const sender = senderOf(sent, parts);
    const group = { sender, sentAt: aheadOf([check.batch.at], now), checks: [check] };
    await takeUnsealed({ site, quota: site.id, groups: [group], gone: [], unknown: 0 }, parts);
    return reply
      .code(201)
      .header("cache-control", "no-store")
      .send({ success: true, eventId: from.event_id ?? check.batch.id });
  });
}

interface Place {
  readonly site: Site;
  readonly origin: string;
}

async function siteOf({ domain }: Fields, { registry }: IntakeParts): Promise<Place> {
  const host = typeof domain === "string" ? hostOf(domain) : undefined;
  if (host === undefined) throw new CollectorError("envelope_invalid", "domain must be a host, as shop.example");
  const found = await registry.find((directory) => directory.host(host));
  if (found === undefined) throw new CollectorError("origin_refused", "no site lists an origin of this domain");
  return found;
}

function hostOf(domain: string): string | undefined {
  const address = domain.includes("://") ? domain : `https://${domain}`;
  return parseUrl(address)?.host;
}

function batchOf(from: Fields, { site, origin, now }: Place & { readonly now: number }): Batch {
  const name = text(from, "event_type").slice(0, limits.name);
  const rest = leftover(from, [...known, ...knownOfPage]);
  return plainBatch({
    intake: "events",
    site: site.id,
    now,
    id: optionalText(from, "event_id"),
    at: momentOf(from.timestamp, "timestamp"),
    visitor: optionalText(from, "visitor_id"),
    session: optionalText(from, "session_id"),
    user: optionalText(from, "user_id"),
    page: {
      url: addressOf(origin, optionalText(from, "url") ?? optionalText(from, "path") ?? "/"),
      referrer: optionalText(from, "referrer"),
      title: optionalText(from, "title", limits.title),
    },
    events: [(isPageView(name) ? { type: "page", t: 0, ...rest } : { type: "custom", t: 0, name, ...rest }) as Event],
  });
}
