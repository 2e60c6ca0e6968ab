import { limits, type Properties } from "@isotherm/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { CollectorError } from "../../collector-error.js";
import { asCollectorError } from "../../refusal.js";
import { checkOrigin } from "../check-origin.js";
import { findSite } from "../find-site.js";
import type { IntakeParts } from "../parts.js";
import { senderOf } from "../sender.js";
import { takeUnsealed } from "../take-unsealed.js";
import { checkMapped, type Mapped, mapEach } from "./check.js";
import { FieldFault, type Fields, fields, optionalFields, optionalNumber, optionalText, text } from "./fields.js";
import { type HeatRequest, heatBatches, heightsOf } from "./heat-event.js";
import { batchId, fittingId } from "./ids.js";
import { originOf } from "./page.js";
import { readJson } from "./read-json.js";
import { bytesOf, openScope } from "./scope.js";
import { aheadOf, within } from "./time.js";

const path = "/ingest";
const rateHeaders = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"] as const;

/** What heat-collector 0.3.7 calls our codes (its dist/index.js). */
const dialect = {
  envelope_invalid: "invalid_payload",
  body_too_large: "payload_too_large",
  token_invalid: "invalid_jwt",
  internal: "ingest_failed",
} as const;

/**
 * `POST /ingest` as heat-collector 0.3.7 answers it, for heat-sdk 0.2.6 unchanged. That SDK forgets events at a 2xx and at
 * nothing else, and sends the rest again in the same order: an event that can never be taken is therefore refused inside a
 * 200, by its id, or it would block its page's queue for good.
 */
export function heatIntake(app: FastifyInstance, parts: IntakeParts): void {
  openScope(app, parts, [path], {
    sent: ["x-project-key", "authorization"],
    read: ["X-Heat-Collector", "X-Ingested-Events", ...rateHeaders],
  });
  app.addHook("onSend", async (request, reply) => {
    const { most, tokens, refill } = parts.requests.left(addressOf(request, parts));
    const [limit, remaining, reset] = rateHeaders;
    reply
      .header("x-heat-collector", "heat-collector")
      .header(limit, String(most))
      .header(remaining, String(tokens))
      .header(reset, String(Math.ceil((parts.now() + refill) / 1000)));
  });

  const siteOf = new WeakMap<FastifyRequest, string>();
  app.addHook("onError", async (request, _reply, error) => {
    const { statusCode } = asCollectorError(error);
    const site = siteOf.get(request) ?? null;
    if (statusCode >= 500) parts.heat.failed(site);
    else if (statusCode === 400) parts.heat.refused(site);
  });

  app.post(path, { schema: { hide: true }, config: { dialect } }, async (request, reply) => {
    const begun = performance.now();
    const key = request.headers["x-project-key"];
    if (typeof key !== "string" || key === "")
      throw new CollectorError("key_unknown", "send the site's public key as x-project-key", {
        dialect: "missing_project_key",
      });
    const payload = payloadOf(bytesOf(request));
    const { session, user, events, sdk, app } = payload;
    const sent = { headers: request.headers, peer: request.socket.remoteAddress };
    const site = await findSite(key, sent, parts).catch((error: unknown) => {
      const { authorization } = request.headers;
      const missing = error instanceof CollectorError && error.code === "token_invalid" && authorization === undefined;
      throw missing ? new CollectorError(error.code, error.message, { dialect: "missing_jwt" }) : error;
    });
    siteOf.set(request, site.id);
    const shared: HeatRequest = {
      sdk,
      app,
      site: site.id,
      origin: originOf(request.headers, site),
      user: user?.id,
      heights: heightsOf(events),
    };
    const idOf = (event: unknown): unknown => (event as Fields).eventId;
    const mapped = mapEach(events, idOf, (event) => heatBatches(event, shared));
    const checks = checkMapped([...mapped, ...introduction(mapped, payload, site.id)]);
    checkOrigin(
      site,
      request.headers.origin,
      checks.flatMap((check) => (check.ok ? [check.batch] : [])),
    );
    const sender = { ...senderOf(sent, parts), agent: agentOf(events) ?? request.headers["user-agent"] };
    const sentAt = aheadOf([session.lastSeenAt], parts.now());
    const group = { sender, sentAt, checks };
    const { rejected } = await takeUnsealed({ site, quota: key, groups: [group], gone: [], unknown: 0 }, parts);
    const refused = rejected.filter(({ id }) => id !== "user").length;
    parts.heat.taken(site.id, performance.now() - begun, refused);
    const answer = { ok: true, requestId: request.id, projectId: site.id, sessionId: session.id };
    return reply
      .header("cache-control", "no-store")
      .header("x-ingested-events", String(events.length - refused))
      .send({ ...answer, ...(rejected.length > 0 && { rejected }) });
  });
}

interface HeatUser {
  readonly id: string;
  readonly traits: Properties | undefined;
}

interface HeatPayload extends Pick<HeatRequest, "sdk" | "app"> {
  readonly session: {
    readonly id: string;
    readonly startedAt: number | undefined;
    readonly lastSeenAt: number | undefined;
  };
  readonly user: HeatUser | undefined;
  readonly events: readonly unknown[];
}

function payloadOf(body: Uint8Array): HeatPayload {
  const from = readJson(body, "invalid_json");
  try {
    const session = fields(from.session, "session");
    const user = optionalFields(from, "user");
    const sdk = optionalFields(from, "sdk") ?? {};
    const app = optionalFields(from, "app");
    if (!Array.isArray(from.events) || from.events.length === 0) throw new FieldFault("events must not be empty");
    const name = `${optionalText(sdk, "name") ?? "heat-sdk"} ${optionalText(sdk, "version") ?? ""}`.trim();
    return {
      session: {
        id: text(session, "id"),
        startedAt: optionalNumber(session, "startedAt"),
        lastSeenAt: optionalNumber(session, "lastSeenAt"),
      },
      user: user && { id: fittingId(text(user, "id")), traits: optionalFields(user, "traits") as Properties },
      sdk: name.slice(0, limits.id),
      app: app && Object.keys(app).length > 0 ? app : undefined,
      events: from.events,
    };
  } catch (cause) {
    if (!(cause instanceof FieldFault)) throw cause;
    throw new CollectorError("envelope_invalid", cause.message, { cause });
  }
}

/** The user's traits, which every request of a session repeats: a batch of their own, that counts once. */
function introduction(mapped: readonly Mapped[], { user, session }: HeatPayload, site: string): readonly Mapped[] {
  const [first] = mapped.flatMap(({ batches }) => batches);
  if (user?.traits === undefined || first === undefined) return [];
  const said = [session.id, user.id, JSON.stringify(user.traits)];
  const id = batchId(within(session.startedAt ?? first.at), "heat user", site, ...said);
  const events = [{ type: "identify", t: 0, traits: user.traits } as const];
  return [{ id: "user", batches: [{ ...first, id, events }] }];
}

/** Behind a relay the request's own agent is the relay's. */
function agentOf(events: readonly unknown[]): string | undefined {
  for (const event of events) {
    const { device } = (event ?? {}) as { readonly device?: { readonly ua?: unknown } | null };
    if (typeof device?.ua === "string" && device.ua !== "") return device.ua;
  }
  return undefined;
}

const addressOf = (request: FastifyRequest, { addresses }: IntakeParts): string =>
  addresses.client(request.socket.remoteAddress, request.headers);
