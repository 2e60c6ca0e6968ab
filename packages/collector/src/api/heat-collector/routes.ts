import type { FastifyInstance, FastifyReply } from "fastify";
import { readerOf } from "../../auth/read-key.js";
import type { HeatCounters } from "../../intake/foreign/heat-counters.js";
import type { HeatType } from "../../store/heat-collector.js";
import type { KeyScope } from "../../store/people.js";
import { nameDigest } from "../../store/sql/privacy/erased-names.js";
import type { QueryShape, QueryValues } from "../query/read-query.js";
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

/** An answer in heat-collector's shape, with its headers. */
interface HeatAnswer {
  readonly headers: { readonly [name: string]: string | number };
  readonly body: object;
}

/** One of heat-collector's questions about a project, which is a site here. */
interface HeatQuestion {
  readonly name: string;
  /** Its name for a fault of ours. */
  readonly failed: string;
  readonly scope: KeyScope;
  readonly shape: QueryShape;
  answer(site: string, values: QueryValues): Promise<HeatAnswer>;
}

/**
 * heat-collector's questions, in its shapes and with its headers; whoever asks needs a read key, as everywhere here. A total
 * is that of all that fits, where heat-collector's is that of the page.
 */
export function heatCollectorRoutes(app: FastifyInstance, parts: HeatApiParts): void {
  const { store, readings, now, heat } = parts;
  const { queries } = store;
  const send = (reply: FastifyReply, { headers, body }: HeatAnswer): FastifyReply => {
    for (const [name, value] of Object.entries(headers)) reply.header(name, String(value));
    return reply.header("cache-control", "no-store").type("application/json; charset=utf-8").send(body);
  };

  app.addHook("onRequest", async (_request, reply) => {
    reply.header("x-heat-collector", "heat-collector");
  });

  const questions: readonly HeatQuestion[] = [
    {
      name: "heatmap",
      failed: "heatmap_query_failed",
      scope: "stats",
      shape: heatShapes.heatmap,
      async answer(site, values) {
        const type = typeOf(values);
        const { points, meta } = await queries.heatPicture({
          ...{ site, path: textOf(values, "path"), ...heatPeriod(values) },
          ...(type !== undefined && { type }),
          resolution: Number(values.resolution),
          bucket: textOf(values, "viewportBucket"),
        });
        const headers = {
          "x-result-count": meta.total,
          "x-heatmap-point-count": points.length,
          "x-requested-type": meta.requestedType,
          "x-resolved-type": meta.resolvedType,
        };
        return { headers, body: { points, meta } };
      },
    },
    {
      name: "events",
      failed: "events_query_failed",
      scope: "visitors",
      shape: heatShapes.events,
      async answer(site, values) {
        const type = typeOf(values) ?? "all";
        const part = partOf(values);
        const which = { site, path: textOf(values, "path"), ...heatPeriod(values), type };
        const { total, events } = await queries.heatRows({ ...which, ...part });
        const meta = { count: events.length, ...part, projectId: site, requestedType: type };
        return { headers: { "x-total-count": total, "x-requested-type": type }, body: { events, meta } };
      },
    },
    {
      name: "sessions",
      failed: "sessions_query_failed",
      scope: "visitors",
      shape: heatShapes.sessions,
      async answer(site, values) {
        const part = partOf(values);
        const which = { site, path: textOf(values, "path"), user: textOf(values, "userId"), ...heatPeriod(values) };
        const { total, sessions } = await queries.heatSessions({ ...which, ...part });
        const meta = { count: sessions.length, ...part, projectId: site };
        return { headers: { "x-total-count": total }, body: { sessions, meta } };
      },
    },
  ];
  for (const { name, failed, scope, shape, answer } of questions)
    app.get<{ Params: { id: string } }>(`/api/projects/:id/${name}`, route(failed), async (request, reply) => {
      const reader = await readerOf(request, parts);
      const { id: site } = reader.require(request.params.id, scope);
      const values = heatValues(request.query, shape);
      if (scope === "visitors")
        await readings.note({ actor: reader.actor, action: "visits_listed", site, subject: null });
      return send(reply, await answer(site, values));
    });

  app.get<{ Params: { id: string } }>("/api/sessions/:id", route("session_detail_failed"), async (request, reply) => {
    const reader = await readerOf(request, parts);
    reader.may("visitors");
    const values = heatValues(request.query, heatShapes.session);
    const part = partOf(values);
    const sites = reader.sites().map(({ id }) => id);
    const which = { sites, id: request.params.id, type: textOf(values, "type") };
    const { total, session, visitor, events } = await queries.heatSession({ ...which, ...part });
    const found = session !== null;
    // A session is one visitor's: who looked at it is kept.
    if (found && visitor !== null) {
      const { projectId: site } = session;
      await readings.note({ actor: reader.actor, action: "visit_read", site, subject: nameDigest(site, visitor) });
    }
    const meta = { found, count: events.length, ...part };
    const headers = { "x-session-found": found ? 1 : 0, "x-total-count": total };
    return send(reply, { headers, body: { session, events, meta } });
  });

  app.get("/api/metrics", { schema: { hide: true } }, async (request, reply) => {
    const reader = await readerOf(request, parts);
    reader.may("stats");
    const metrics = reader.everything ? heat.read(null) : heat.sum(reader.sites().map(({ id }) => id));
    return send(reply, { headers: {}, body: { metrics, requestId: request.id, now: now() } });
  });
}
