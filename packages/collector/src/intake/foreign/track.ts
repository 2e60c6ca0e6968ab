import type { FastifyInstance, FastifyRequest } from "fastify";
import { secretKeyOf } from "../../auth/secret-key.js";
import { CollectorError } from "../../collector-error.js";
import type { Site, StoredKey } from "../../store/sites.js";
import { requireOpen } from "../gate.js";
import type { IntakeParts } from "../parts.js";
import { type Sender, senderOf } from "../sender.js";
import { takeBodies } from "../take-bodies.js";
import { takeUnsealed, type UnsealedGroup } from "../take-unsealed.js";
import { checkMapped, goodOrRefused, type Mapped, mapEach } from "./check.js";
import { type Fields, fields, optionalText } from "./fields.js";
import { readJson } from "./read-json.js";
import { bytesOf } from "./scope.js";
import { clientOf, kindOf, trackBatch, trackKinds } from "./track-event.js";

/**
 * `POST /track/…`: what a server tells of its visitors, under a write key. The key is a secret, so neither origins nor the
 * rate of an address are judged, and who the visitor is may stand in the body.
 */
export function trackIntake(app: FastifyInstance, parts: IntakeParts): void {
  const keys = new WeakMap<FastifyRequest, { readonly key: StoredKey; readonly site: Site }>();
  takeBodies(app, parts);
  app.addHook("onRequest", async (request) => {
    requireOpen(parts);
    const address = parts.addresses.client(request.socket.remoteAddress, request.headers);
    const key = await secretKeyOf("write", request.headers.authorization, { ...parts, address });
    const site = parts.registry.known().site(key.site ?? "");
    if (site === undefined) throw new CollectorError("key_unknown", "the site of this write key is not there");
    keys.set(request, { key, site });
  });
  const known = (request: FastifyRequest): { readonly key: StoredKey; readonly site: Site } => {
    const found = keys.get(request);
    if (found === undefined) throw new CollectorError("token_invalid", "there is no write key");
    return found;
  };

  for (const kind of trackKinds)
    app.post(`/track/${kind}`, { schema: { hide: true } }, async (request, reply) => {
      const { key, site } = known(request);
      const from = readJson(bytesOf(request));
      const now = parts.now();
      const check = goodOrRefused(() => trackBatch(from, kind, site, now));
      const sender = senderFor(from, request, parts);
      const group = { sender, sentAt: undefined, checks: [check] };
      await takeUnsealed({ site, quota: key.id, groups: [group], gone: [], unknown: 0 }, parts);
      const eventId = optionalText(from, "eventId") ?? check.batch.id;
      return reply.code(201).header("cache-control", "no-store").send({ success: true, eventId });
    });

  app.post("/track/batch", { schema: { hide: true } }, async (request, reply) => {
    const { key, site } = known(request);
    const { events } = readJson(bytesOf(request));
    if (!Array.isArray(events) || events.length === 0)
      throw new CollectorError("envelope_invalid", "events must not be empty");
    const now = parts.now();
    const clients = byClient(events, (event) => trackBatch(event, kindOf(event), site, now));
    const groups = clients.map(({ first, mapped }): UnsealedGroup => {
      return { sender: senderFor(first, request, parts), sentAt: undefined, checks: checkMapped(mapped) };
    });
    const { rejected } = await takeUnsealed({ site, quota: key.id, groups, gone: [], unknown: 0 }, parts);
    const count = events.length - rejected.length;
    const answer = { success: count > 0, count, ...(rejected.length > 0 && { rejected }) };
    return reply.code(201).header("cache-control", "no-store").send(answer);
  });
}

interface ClientGroup {
  readonly first: Fields;
  readonly mapped: Mapped[];
}

/** Events of the same client together, as they are sealed by its facts. */
function byClient(
  events: readonly unknown[],
  map: (event: Fields) => Mapped["batches"][number],
): readonly ClientGroup[] {
  const idOf = (event: unknown): unknown => (event as Fields).eventId;
  const mapped = mapEach(events, idOf, (event) => {
    return [map(fields(event, "an event"))];
  });
  const groups = new Map<string, ClientGroup>();
  for (const [index, entry] of mapped.entries()) {
    const from = entry.fault === undefined ? (events[index] as Fields) : {};
    const client = JSON.stringify(from.client ?? null);
    const group = groups.get(client) ?? { first: from, mapped: [] };
    group.mapped.push(entry);
    groups.set(client, group);
  }
  return [...groups.values()];
}

/** Where the server itself is says nothing of its visitors. */
const nowhere = { region: undefined, city: undefined };

/** The visitor, as far as the server tells who it was; else the server itself. */
function senderFor(from: Fields, request: FastifyRequest, parts: IntakeParts): Sender {
  const own = senderOf({ headers: request.headers, peer: request.socket.remoteAddress }, parts);
  const client = clientOf(from);
  if (client === undefined) return own;
  const { ip, agent, language, country, gpc, dnt } = client;
  const signals = { ...own.signals, ...(gpc && { "sec-gpc": "1" }), ...(dnt && { dnt: "1" }) };
  return { ...own, hints: undefined, address: ip ?? own.address, agent, language, country, ...nowhere, signals };
}
