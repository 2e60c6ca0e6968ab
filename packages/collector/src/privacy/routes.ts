import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { bodyOf } from "../api/body-of.js";
import { queryShapes } from "../api/query/parameters.js";
import { type QueryValues, readQuery } from "../api/query/read-query.js";
import { answers, errorAnswers, keyRefusals } from "../api/schema/answers.js";
import { type SiteRequest, siteRoute } from "../api/site-route.js";
import { operatorOnly } from "../auth/admin-key.js";
import type { OperatorParts } from "../auth/asker.js";
import { CollectorError } from "../collector-error.js";
import type { Queries } from "../store/queries.js";
import { nameDigest } from "../store/sql/privacy/erased-names.js";
import type { Store } from "../store/store.js";
import { visitorText } from "./visitor-text.js";

/** What a visitor's rights are exercised with. */
export interface PrivacyParts extends OperatorParts {
  readonly store: Pick<Store, "queries" | "erase" | "note">;
  /** Has an erasure carried out soon. */
  readonly hurry: () => void;
}

const ofVisitor = {
  path: "visitors/:visitor",
  tag: "privacy",
  parameters: { visitor: "A visitor as visits show it: a stored id or a daily hash; or a user" },
  shape: queryShapes.none,
} as const;

/** Everything that is kept of one visitor: to be handed out, or to be erased; and who did so. */
export function privacyRoutes(app: FastifyInstance, parts: PrivacyParts): void {
  const { store, now } = parts;

  const note = (
    { reader, site, parameters: { visitor } }: SiteRequest<"visitor">,
    action: string,
    detail: string | null,
  ): Promise<void> => {
    // Written before anything is told or done: what nobody could account for does not happen.
    const noted = { at: now(), actor: reader.actor, action, site: site.id };
    return store.note({ ...noted, subject: nameDigest(site.id, visitor), detail });
  };

  siteRoute(app, parts, {
    ...ofVisitor,
    operation: "visitor",
    summary: "Everything that is kept of a visitor or user, as one document",
    description: "Needs the scope `export`. It is streamed, batch by batch, and no snapshot is held meanwhile.",
    scope: "export",
    response: { 200: answers("VisitorAnswer") },
    async answer(asked, reply) {
      await note(asked, "visitor_exported", null);
      const which = { site: asked.site.id, visitor: asked.parameters.visitor };
      const queries: Pick<Queries, "visitor"> = {
        async visitor(query) {
          if (!asked.still())
            throw new CollectorError("token_invalid", "the key of this export is worth nothing any more");
          return store.queries.visitor(query);
        },
      };
      // The first part is there before anything is answered: a store that is away is told as such.
      const first = await queries.visitor({ ...which, after: 0 });
      return reply
        .header("cache-control", "no-store")
        .type("application/json; charset=utf-8")
        .send(bodyOf(asked.request, () => Readable.from(visitorText(queries, { ...which, at: now(), first }))));
    },
  });

  siteRoute(app, parts, {
    ...ofVisitor,
    operation: "eraseVisitor",
    method: "DELETE",
    summary: "Erases a visitor or user, with whatever of them arrives late",
    description:
      "Needs the scope `erase`. From the answer on nothing that happened until now is taken in any more; by `completeBy` nothing of it is left in the database and in the journal.",
    scope: "erase",
    response: { 202: answers("Erasure", "The erasure was ordered, durably") },
    async answer(asked, reply) {
      const id = crypto.randomUUID();
      await note(asked, "visitor_erased", id);
      const which = { site: asked.site.id, visitor: asked.parameters.visitor };
      const erasure = await store.erase({ ...which, id, until: now() });
      parts.hurry();
      return reply.code(202).header("cache-control", "no-store").send(erasure);
    },
  });

  app.get(
    "/v1/audit",
    {
      schema: {
        operationId: "audit",
        tags: ["privacy"],
        summary: "Who read or erased a visitor, and who changed keys, newest first",
        security: [{ adminKey: [] }],
        querystring: queryShapes.audit,
        response: { 200: answers("AuditAnswer"), ...errorAnswers(keyRefusals) },
      },
    },
    async (request, reply) => {
      operatorOnly(request, parts);
      const { limit, cursor } = readQuery(request.query as QueryValues, queryShapes.audit);
      const after = cursor === undefined ? null : Number(cursor);
      const found = await store.queries.audit({ limit: Number(limit), after });
      return reply.header("cache-control", "no-store").send(found);
    },
  );
}
