import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Reader, readerOf } from "../../auth/read-key.js";
import type { HeatCounters } from "../../intake/foreign/heat-counters.js";
import type { HeatType } from "../../store/heat-collector.js";
import type { KeyScope } from "../../store/people.js";
import { nameDigest } from "../../store/sql/privacy/erased-names.js";
import type { QueryValues } from "../query/read-query.js";
import type { ApiParts } from "../routes.js";
import { heatPeriod, heatShapes, heatValues } from "./parameters.js";

/** What these routes work with. */
export interface HeatApiParts extends ApiParts {
  readonly heat: HeatCounters;
}

const textOf = (values: QueryValues, name: string): string | null =>
  values[name] === undefined ? null : String(values[name]);
const partOf = ({ limit, offset }: QueryValues) => ({ limit: Number(limit), offset: Number(offset) });
const typeOf = ({ type }: QueryValues) => type as HeatType | "all" | undefined;

/** What heat-collector 0.3.7 calls our codes, and a fault of ours on each of its routes (its dist/index.js). */
const route = (failed: string) => ({
  schema: { hide: true },
  config: { dialect: { query_invalid: "invalid_query", internal: failed } },
});

/**
 * heat-collector's questions, in its shapes and with its headers; whoever asks needs a read key, as everywhere here. A total
 * is that of all that fits, where heat-collector's is that of the page.
 */
export function heatCollectorRoutes(app: FastifyInstance, parts: HeatApiParts): void {
  const { store, registry, addresses, failures, now, heat } = parts;
  const { queries } = store;
  const authorised = async (request: FastifyRequest, scope: KeyScope): Promise<Reader> => {
    const reader = await readerOf(request.headers.authorization, {
      address: addresses.client(request.socket.remoteAddress, request.headers),
      failures,
      registry,
      now,
    });
    reader.may(scope);
    return reader;
  };
  const answer = (reply: FastifyReply, headers: { readonly [name: string]: string | number }): FastifyReply => {
    for (const [name, value] of Object.entries(headers)) reply.header(name, String(value));
    return reply.header("cache-control", "no-store").type("application/json; charset=utf-8");
  };

  app.addHook("onRequest", async (_request, reply) => {
    reply.header("x-heat-collector", "heat-collector");
  });

  app.get<{ Params: { id: string } }>(
    "/api/projects/:id/heatmap",
    route("heatmap_query_failed"),
    async (request, reply) => {
      const site = (await authorised(request, "stats")).require(request.params.id).id;
      const values = heatValues(request.query, heatShapes.heatmap);
      const type = typeOf(values);
      const { points, meta } = await queries.heatPicture({
        ...{ site, path: textOf(values, "path"), ...heatPeriod(values) },
        ...(type !== undefined && { type }),
        resolution: Number(values.resolution),
        bucket: textOf(values, "viewportBucket"),
      });
      return answer(reply, {
        "x-result-count": meta.total,
        "x-heatmap-point-count": points.length,
        "x-requested-type": meta.requestedType,
        "x-resolved-type": meta.resolvedType,
      }).send({ points, meta });
    },
  );

  app.get<{ Params: { id: string } }>(
    "/api/projects/:id/events",
    route("events_query_failed"),
    async (request, reply) => {
      const site = (await authorised(request, "visitors")).require(request.params.id).id;
      const values = heatValues(request.query, heatShapes.events);
      const type = typeOf(values) ?? "all";
      const part = partOf(values);
      const period = heatPeriod(values);
      const { total, events } = await queries.heatRows({
        site,
        path: textOf(values, "path"),
        ...period,
        type,
        ...part,
      });
      const meta = { count: events.length, ...part, projectId: site, requestedType: type };
      return answer(reply, { "x-total-count": total, "x-requested-type": type }).send({ events, meta });
    },
  );

  app.get<{ Params: { id: string } }>(
    "/api/projects/:id/sessions",
    route("sessions_query_failed"),
    async (request, reply) => {
      const site = (await authorised(request, "visitors")).require(request.params.id).id;
      const values = heatValues(request.query, heatShapes.sessions);
      const part = partOf(values);
      const which = { site, path: textOf(values, "path"), user: textOf(values, "userId"), ...heatPeriod(values) };
      const { total, sessions } = await queries.heatSessions({ ...which, ...part });
      const meta = { count: sessions.length, ...part, projectId: site };
      return answer(reply, { "x-total-count": total }).send({ sessions, meta });
    },
  );

  app.get<{ Params: { id: string } }>("/api/sessions/:id", route("session_detail_failed"), async (request, reply) => {
    const reader = await authorised(request, "visitors");
    const values = heatValues(request.query, heatShapes.session);
    const part = partOf(values);
    const sites = reader.sites().map(({ id }) => id);
    const which = { sites, id: request.params.id, type: textOf(values, "type") };
    const { total, session, events } = await queries.heatSession({ ...which, ...part });
    const found = session !== null;
    // A session is one visitor's: who looked at it is kept.
    if (found) {
      const subject = nameDigest(session.projectId, request.params.id);
      await store.note({
        at: now(),
        actor: reader.actor,
        action: "visit_read",
        site: session.projectId,
        subject,
        detail: null,
      });
    }
    const meta = { found, count: events.length, ...part };
    return answer(reply, { "x-session-found": found ? 1 : 0, "x-total-count": total }).send({ session, events, meta });
  });

  app.get("/api/metrics", { schema: { hide: true } }, async (request, reply) => {
    const reader = await authorised(request, "stats");
    const metrics = reader.everything ? heat.read(null) : heat.sum(reader.sites().map(({ id }) => id));
    return answer(reply, {}).send({ metrics, requestId: request.id, now: now() });
  });
}
