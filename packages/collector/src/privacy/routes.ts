import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { queryShapes } from "../api/query/parameters.js";
import { type QueryValues, readQuery } from "../api/query/read-query.js";
import { answers, errorAnswers } from "../api/schema/answers.js";
import { requireAdmin } from "../auth/admin-key.js";
import type { Buckets } from "../auth/buckets.js";
import type { Reader } from "../auth/read-key.js";
import type { AddressReader } from "../intake/client-address.js";
import type { RegistryKeeper } from "../registry/registry-keeper.js";
import { nameDigest } from "../store/sql/privacy/erased-names.js";
import type { Store } from "../store/store.js";
import { askerOf, ofSite } from "../tenancy/parts.js";
import { visitorText } from "./visitor-text.js";

/** What a visitor's rights are exercised with. */
export interface PrivacyParts {
  readonly store: Pick<Store, "queries" | "erase" | "note">;
  readonly registry: RegistryKeeper;
  readonly addresses: AddressReader;
  readonly failures: Buckets;
  readonly adminKey: string | null;
  /** Has an erasure carried out soon. */
  readonly hurry: () => void;
  readonly now: () => number;
}

const security = [{ readKey: [] }, { adminKey: [] }];
const params = {
  type: "object",
  required: ["id", "visitor"],
  properties: {
    id: { type: "string", description: "The site's id, from /v1/sites" },
    visitor: { type: "string", description: "A visitor as visits show it: a stored id or a daily hash; or a user" },
  },
};

/** Everything that is kept of one visitor: to be handed out, or to be erased; and who did so. */
export function privacyRoutes(app: FastifyInstance, parts: PrivacyParts): void {
  const { store, now } = parts;

  const note = (reader: Reader, action: string, site: string, visitor: string, detail: string | null): Promise<void> =>
    // Written before anything is told or done: what nobody could account for does not happen.
    store.note({ at: now(), actor: reader.actor, action, site, subject: nameDigest(site, visitor), detail });

  app.get<{ Params: { id: string; visitor: string } }>(
    "/v1/sites/:id/visitors/:visitor",
    {
      schema: {
        operationId: "visitor",
        tags: ["privacy"],
        summary: "Everything that is kept of a visitor or user, as one document",
        description: "Needs the scope `export`. It is streamed, batch by batch, and no snapshot is held meanwhile.",
        security,
        params,
        querystring: queryShapes.none,
        response: {
          200: answers("VisitorAnswer"),
          ...errorAnswers([
            "query_invalid",
            "token_invalid",
            "scope_missing",
            "not_found",
            "rate_limited",
            "unavailable",
          ]),
        },
      },
    },
    async (request, reply) => {
      const { reader, site } = await ofSite(request, "export", parts);
      readQuery(request.query as QueryValues, queryShapes.none);
      const { visitor } = request.params;
      await note(reader, "visitor_exported", site.id, visitor, null);
      // The first part is there before anything is answered: a store that is away is told as such.
      const first = await store.queries.visitor({ site: site.id, visitor, after: 0 });
      return reply
        .header("cache-control", "no-store")
        .type("application/json; charset=utf-8")
        .send(Readable.from(visitorText(store.queries, { site: site.id, visitor, at: now(), first })));
    },
  );

  app.delete<{ Params: { id: string; visitor: string } }>(
    "/v1/sites/:id/visitors/:visitor",
    {
      schema: {
        operationId: "eraseVisitor",
        tags: ["privacy"],
        summary: "Erases a visitor or user, with whatever of them arrives late",
        description:
          "Needs the scope `erase`. From the answer on nothing that happened until now is taken in any more; by `completeBy` nothing of it is left in the database and in the journal.",
        security,
        params,
        querystring: queryShapes.none,
        response: {
          202: answers("Erasure", "The erasure was ordered, durably"),
          ...errorAnswers([
            "query_invalid",
            "token_invalid",
            "scope_missing",
            "not_found",
            "rate_limited",
            "unavailable",
          ]),
        },
      },
    },
    async (request, reply) => {
      const { reader, site } = await ofSite(request, "erase", parts);
      readQuery(request.query as QueryValues, queryShapes.none);
      const { visitor } = request.params;
      const id = crypto.randomUUID();
      await note(reader, "visitor_erased", site.id, visitor, id);
      const erasure = await store.erase({ id, site: site.id, visitor, until: now() });
      parts.hurry();
      return reply.code(202).header("cache-control", "no-store").send(erasure);
    },
  );

  app.get(
    "/v1/audit",
    {
      schema: {
        operationId: "audit",
        tags: ["privacy"],
        summary: "Who read or erased a visitor, and who changed keys, newest first",
        security: [{ adminKey: [] }],
        querystring: queryShapes.audit,
        response: {
          200: answers("AuditAnswer"),
          ...errorAnswers(["query_invalid", "token_invalid", "rate_limited", "unavailable"]),
        },
      },
    },
    async (request, reply) => {
      requireAdmin(request.headers["x-admin-key"], parts.adminKey, askerOf(request, parts));
      const { limit, cursor } = readQuery(request.query as QueryValues, queryShapes.audit);
      const after = cursor === undefined ? null : Number(cursor);
      const found = await store.queries.audit({ limit: Number(limit), after });
      return reply.header("cache-control", "no-store").send(found);
    },
  );
}
