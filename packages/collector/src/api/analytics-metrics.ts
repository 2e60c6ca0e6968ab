import type { FastifyInstance } from "fastify";
import { readerOf } from "../auth/read-key.js";
import { rangeParameters } from "./query/parameters.js";
import { rangeOf } from "./query/range.js";
import { type QueryShape, readQuery } from "./query/read-query.js";
import type { ApiParts } from "./routes.js";
import { tagged } from "./tagged.js";

const shape: QueryShape = {
  type: "object",
  additionalProperties: false,
  required: ["siteId"],
  properties: { siteId: { type: "string", description: "The site's id, from /v1/sites" }, ...rangeParameters },
};

/** `GET /analytics/metrics?siteId=`, beside the intake `events`: the six numbers, for whoever has a read key. */
export function analyticsMetricsRoute(app: FastifyInstance, parts: ApiParts): void {
  const { store, now } = parts;
  app.get("/analytics/metrics", { schema: { hide: true } }, async (request, reply) => {
    const reader = await readerOf(request, parts);
    const values = readQuery(request.query as { readonly [name: string]: unknown }, shape);
    const site = reader.require(String(values.siteId), "stats");
    const at = now();
    const query = { site: site.id, range: rangeOf(values, site.timeZone, at), filters: [], now: at };
    const { asOf, period: asked, numbers, current } = await store.queries.summary(query);
    return tagged(request, reply, JSON.stringify({ asOf, siteId: site.id, period: asked, metrics: numbers, current }));
  });
}
