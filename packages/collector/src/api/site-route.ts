import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { AskingParts, OperatorParts } from "../auth/asker.js";
import { type Reader, readerOf, readerOrOperator } from "../auth/read-key.js";
import type { KeyScope } from "../store/people.js";
import type { Site } from "../store/sites.js";
import { type QueryShape, type QueryValues, readQuery } from "./query/read-query.js";
import { bodyRefusals, errorAnswers, pathParameters, siteRefusals } from "./schema/answers.js";

/** A way to ask of one site, or to change what is kept of it: how it is described, who may, and what it answers. */
export interface SiteRoute<Name extends string> {
  /** Names it in the OpenAPI document. */
  readonly operation: string;
  /** Below `/v1/sites/:id/`. @default the operation's name */
  readonly path?: string;
  /** @default "GET" */
  readonly method?: "GET" | "DELETE";
  /** @default "query" */
  readonly tag?: "query" | "privacy";
  readonly summary: string;
  readonly description?: string;
  /** What stands in the path besides the site's id, in words. @default nothing */
  readonly parameters?: { readonly [name in Name]: string };
  readonly shape: QueryShape;
  /** What a key needs for it, which may depend on the query as it was sent. */
  readonly scope: KeyScope | ((query: { readonly [name: string]: unknown }) => KeyScope);
  /** Good answers, by status. */
  readonly response: { readonly [status: number]: object };
  answer(asked: SiteRequest<Name>, reply: FastifyReply): Promise<FastifyReply>;
}

/** A request of somebody who may. */
export interface SiteRequest<Name extends string = never> {
  readonly request: FastifyRequest;
  readonly reader: Reader;
  readonly site: Site;
  /** What stands in the path, by name. */
  readonly parameters: { readonly [name in Name]: string };
  readonly values: QueryValues;
  /** Whether they still may: a key may be revoked or changed while a long answer goes on. */
  readonly still: () => boolean;
}

const site = "The site's id, from /v1/sites";

/**
 * Serves it. Who asks is found first, then the site, then what the key may, and then the query is read: nobody learns from
 * faults of a query what they may not see. With an `adminKey` among the parts the operator may ask, too.
 */
export function siteRoute<Name extends string = never>(
  app: FastifyInstance,
  parts: AskingParts | OperatorParts,
  route: SiteRoute<Name>,
): void {
  const { operation, path = operation, method = "GET", tag = "query", parameters, shape, scope } = route;
  const operator = "adminKey" in parts;
  app.route<{ Querystring: { readonly [name: string]: unknown } }>({
    method,
    url: `/v1/sites/:id/${path}`,
    schema: {
      operationId: operation,
      tags: [tag],
      summary: route.summary,
      ...(route.description !== undefined && { description: route.description }),
      security: operator ? [{ readKey: [] }, { adminKey: [] }] : [{ readKey: [] }],
      params: pathParameters({ id: site, ...parameters }),
      querystring: shape,
      response: {
        ...route.response,
        ...errorAnswers(method === "GET" ? siteRefusals : [...siteRefusals, ...bodyRefusals]),
      },
    },
    async handler(request, reply) {
      const { query } = request;
      const parameters = request.params as { readonly [name in Name | "id"]: string };
      const reader = await (operator ? readerOrOperator(request, parts) : readerOf(request, parts));
      const needed = typeof scope === "string" ? scope : scope(query);
      const site = reader.require(parameters.id, needed);
      const values = readQuery(query, shape);
      const still = (): boolean => reader.still(site.id, needed);
      return route.answer({ request, reader, site, parameters, values, still }, reply);
    },
  });
}
