import type { SessionAnswer, SitesAnswer } from "@isotherm/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Buckets } from "../auth/buckets.js";
import { type Reader, readerOf } from "../auth/read-key.js";
import { CollectorError } from "../collector-error.js";
import type { AddressReader } from "../intake/client-address.js";
import type { RegistryKeeper } from "../registry/registry-keeper.js";
import type { SiteQuery } from "../store/queries.js";
import { nameDigest } from "../store/sql/privacy/erased-names.js";
import type { Store } from "../store/store.js";
import { filtersOf } from "./query/filters.js";
import { queryShapes } from "./query/parameters.js";
import { rangeOf } from "./query/range.js";
import { type QueryShape, type QueryValues, readQuery } from "./query/read-query.js";
import { realtimeRoute } from "./realtime.js";
import type { RealtimeStreams } from "./realtime-streams.js";
import { answers, errorAnswers } from "./schema/answers.js";
import { siteRoutes } from "./site-routes.js";
import { tagged } from "./tagged.js";

/** What the query API works with. */
export interface ApiParts {
  readonly store: Pick<Store, "queries" | "texts" | "note">;
  readonly registry: RegistryKeeper;
  readonly addresses: AddressReader;
  readonly failures: Buckets;
  readonly streams: RealtimeStreams;
  readonly now: () => number;
}

const security = [{ readKey: [] }];
const siteRefusals = [
  ...(["query_invalid", "token_invalid", "scope_missing", "not_found", "rate_limited", "unavailable"] as const),
];
const notModified = { 304: { type: "null", description: "The asker has this answer already" } };
const idParameter = (description: string): object => ({
  type: "object",
  required: ["id"],
  properties: { id: { type: "string", description } },
});

/** Every question that a read key may ask. */
export function apiRoutes(app: FastifyInstance, parts: ApiParts): void {
  const { store, registry, addresses, failures, now } = parts;
  const authorised = (request: FastifyRequest): Promise<Reader> =>
    readerOf(request.headers.authorization, {
      address: addresses.client(request.socket.remoteAddress, request.headers),
      failures,
      registry,
      now,
    });
  const valuesOf = (request: FastifyRequest, shape: QueryShape): QueryValues =>
    readQuery(request.query as { readonly [name: string]: unknown }, shape);

  app.get(
    "/v1/sites",
    {
      schema: {
        operationId: "sites",
        tags: ["query"],
        summary: "The sites that this key opens",
        security,
        querystring: queryShapes.none,
        response: {
          200: answers("SitesAnswer"),
          ...notModified,
          ...errorAnswers(["query_invalid", "token_invalid", "rate_limited", "unavailable"]),
        },
      },
    },
    async (request, reply) => {
      const reader = await authorised(request);
      valuesOf(request, queryShapes.none);
      const sites = reader.sites().map(({ id, name, timeZone, demo }) => ({ id, name, timeZone, demo }));
      return tagged(request, reply, JSON.stringify({ sites } satisfies SitesAnswer));
    },
  );

  for (const route of siteRoutes)
    app.get<{ Params: { id: string } }>(
      `/v1/sites/:id/${route.name}`,
      {
        schema: {
          operationId: route.name,
          tags: ["query"],
          summary: route.summary,
          security,
          params: idParameter("The site's id, from /v1/sites"),
          querystring: route.shape,
          response: {
            200: answers(route.answer),
            ...notModified,
            ...errorAnswers(siteRefusals),
          },
        },
      },
      async (request, reply) => {
        const reader = await authorised(request);
        const site = reader.require(request.params.id);
        reader.may(route.scope ?? "stats");
        const values = valuesOf(request, route.shape);
        const at = now();
        const query = {
          site: site.id,
          range: rangeOf(values, site.timeZone, at),
          filters: filtersOf(values.filters),
          now: at,
          ...(values.bots !== undefined && { bots: values.bots as NonNullable<SiteQuery["bots"]> }),
        };
        return tagged(request, reply, await route.run(store.texts, query, values));
      },
    );

  realtimeRoute(app, parts);

  app.get<{ Params: { id: string; ref: string } }>(
    "/v1/sites/:id/snapshots/:ref",
    {
      schema: {
        operationId: "snapshot",
        tags: ["query"],
        summary: "One picture of a page: the tree that rrweb-snapshot rebuilds",
        description: "Somebody's browser sent it: rebuild it only where no script runs.",
        security,
        params: {
          type: "object",
          required: ["id", "ref"],
          properties: {
            id: { type: "string", description: "The site's id, from /v1/sites" },
            ref: { type: "string", description: "The snapshot's name, from /v1/sites/{id}/snapshots" },
          },
        },
        querystring: queryShapes.none,
        response: {
          200: answers("SnapshotAnswer"),
          ...notModified,
          ...errorAnswers(siteRefusals),
        },
      },
    },
    async (request, reply) => {
      const reader = await authorised(request);
      const site = reader.require(request.params.id);
      reader.may("stats");
      valuesOf(request, queryShapes.none);
      return tagged(request, reply, await store.texts.snapshot({ site: site.id, ref: request.params.ref }));
    },
  );

  app.get<{ Params: { id: string } }>(
    "/v1/sessions/:id",
    {
      schema: {
        operationId: "session",
        tags: ["query"],
        summary: "One visit, page by page and event by event",
        security,
        params: idParameter("The visit's id, from /v1/sites/{id}/sessions"),
        querystring: queryShapes.none,
        response: {
          200: answers("SessionAnswer"),
          ...notModified,
          ...errorAnswers(siteRefusals),
        },
      },
    },
    async (request, reply) => {
      const reader = await authorised(request);
      reader.may("visitors");
      valuesOf(request, queryShapes.none);
      const { site, ...answer } = await sessionOf(request.params.id, reader, store);
      // A visit is one visitor's: who looked at it is kept.
      const subject = nameDigest(site, answer.session.visitor);
      await store.note({ at: now(), actor: reader.actor, action: "visit_read", site, subject, detail: null });
      return tagged(request, reply, JSON.stringify(answer));
    },
  );
}

/** A visit of another site is not there, in the very words of one that never was. */
async function sessionOf(
  id: string,
  reader: Reader,
  { queries }: ApiParts["store"],
): Promise<SessionAnswer & { readonly site: string }> {
  const missing = new CollectorError("session_unknown", "this read key opens no visit of this id");
  try {
    const answer = await queries.session({ id });
    if (reader.opens(answer.site)) return answer;
  } catch (error) {
    if (!(error instanceof CollectorError) || error.code !== "session_unknown") throw error;
  }
  throw missing;
}
