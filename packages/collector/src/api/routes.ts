import type { SessionAnswer, SitesAnswer } from "@isotherm/protocol";
import type { FastifyInstance } from "fastify";
import type { AskingParts } from "../auth/asker.js";
import { type Reader, readerOf } from "../auth/read-key.js";
import { CollectorError } from "../collector-error.js";
import type { ReadingLog } from "../privacy/reading-log.js";
import type { SiteQuery } from "../store/queries.js";
import { nameDigest } from "../store/sql/privacy/erased-names.js";
import type { Store } from "../store/store.js";
import { filtersOf } from "./query/filters.js";
import { queryShapes } from "./query/parameters.js";
import { rangeOf } from "./query/range.js";
import { type QueryValues, readQuery } from "./query/read-query.js";
import { realtimeRoute } from "./realtime.js";
import type { RealtimeStreams } from "./realtime-streams.js";
import { answers, errorAnswers, keyRefusals, notModified, pathParameters, siteRefusals } from "./schema/answers.js";
import { siteQuestions } from "./site-questions.js";
import { siteRoute } from "./site-route.js";
import { tagged } from "./tagged.js";

/** What the query API works with. */
export interface ApiParts extends AskingParts {
  readonly store: Pick<Store, "queries" | "texts" | "note">;
  readonly streams: RealtimeStreams;
  readonly readings: ReadingLog;
}

const security = [{ readKey: [] }];

/** Every question that a read key may ask. */
export function apiRoutes(app: FastifyInstance, parts: ApiParts): void {
  const { store, readings, now } = parts;

  app.get(
    "/v1/sites",
    {
      schema: {
        operationId: "sites",
        tags: ["query"],
        summary: "The sites that this key opens",
        security,
        querystring: queryShapes.none,
        response: { 200: answers("SitesAnswer"), ...notModified, ...errorAnswers(keyRefusals) },
      },
    },
    async (request, reply) => {
      const reader = await readerOf(request, parts);
      readQuery(request.query as QueryValues, queryShapes.none);
      const sites = reader.sites().map(({ id, name, timeZone, demo }) => ({ id, name, timeZone, demo }));
      return tagged(request, reply, JSON.stringify({ sites } satisfies SitesAnswer));
    },
  );

  for (const { name, summary, shape, answer, scope = "stats", run } of siteQuestions)
    siteRoute(app, parts, {
      ...{ operation: name, summary, shape, scope },
      response: { 200: answers(answer), ...notModified },
      async answer({ request, reader, site, values }, reply) {
        const at = now();
        const query = {
          site: site.id,
          range: rangeOf(values, site.timeZone, at),
          filters: filtersOf(values.filters),
          now: at,
          ...(values.bots !== undefined && { bots: values.bots as NonNullable<SiteQuery["bots"]> }),
        };
        if (scope === "visitors")
          await readings.note({ actor: reader.actor, action: "visits_listed", site: site.id, subject: null });
        return tagged(request, reply, await run(store.texts, query, values));
      },
    });

  realtimeRoute(app, parts);

  siteRoute(app, parts, {
    operation: "snapshot",
    path: "snapshots/:ref",
    summary: "One picture of a page: the tree that rrweb-snapshot rebuilds",
    description: "Somebody's browser sent it: rebuild it only where no script runs.",
    parameters: { ref: "The snapshot's name, from /v1/sites/{id}/snapshots" },
    shape: queryShapes.none,
    scope: "stats",
    response: { 200: answers("SnapshotAnswer"), ...notModified },
    answer: async ({ request, site, parameters: { ref } }, reply) =>
      tagged(request, reply, await store.texts.snapshot({ site: site.id, ref })),
  });

  app.get<{ Params: { id: string } }>(
    "/v1/sessions/:id",
    {
      schema: {
        operationId: "session",
        tags: ["query"],
        summary: "One visit, page by page and event by event",
        security,
        params: pathParameters({ id: "The visit's id, from /v1/sites/{id}/sessions" }),
        querystring: queryShapes.none,
        response: { 200: answers("SessionAnswer"), ...notModified, ...errorAnswers(siteRefusals) },
      },
    },
    async (request, reply) => {
      const reader = await readerOf(request, parts);
      reader.may("visitors");
      readQuery(request.query as QueryValues, queryShapes.none);
      const { site, ...answer } = await sessionOf(request.params.id, reader, store);
      // A visit is one visitor's: who looked at it is kept.
      const subject = nameDigest(site, answer.session.visitor);
      await readings.note({ actor: reader.actor, action: "visit_read", site, subject });
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
