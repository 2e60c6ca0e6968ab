import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";

const definitions = `Numbers are what the definitions of Isotherm say: a visit is one visitor's events with gaps of at most 30 minutes, a bounce a visit with one page view and no event or goal.

Times are milliseconds since 1970, durations milliseconds, rates 0 to 1. Days are the site's own. Unknown parameters are refused, never ignored. Answers carry \`ETag\`; send it as \`If-None-Match\` to be told with 304 that nothing has changed.

Limits: 800 days in one question, hours for 31 days, 16 conditions with 50 values each, 4 deep, 1,000 rows, 8 steps of a funnel, 60 cohorts, 64 properties of an event with keys of 128 and values of 2,048 characters. Lists go on with \`cursor\`.`;

/** Collects every route that is declared after it; the document is there when the app is ready. */
export async function openapi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Isotherm collector",
        version: "1",
        description: definitions,
        license: { name: "MIT", identifier: "MIT" },
      },
      // Lets the paths begin where the collector begins, whatever prefix its host gave it; see `relative`.
      servers: [{ url: `http://localhost${app.prefix}` }],
      tags: [
        { name: "query", description: "What visitors did, for whoever has a read key" },
        { name: "intake", description: "Where batches go" },
        { name: "relay", description: "What relays ask" },
        { name: "privacy", description: "What is kept of one visitor, and who looked at it or erased it" },
        { name: "tenancy", description: "Organisations, sites and keys, for the operator and whom they trust" },
        { name: "health", description: "How the collector is" },
      ],
      components: {
        securitySchemes: {
          readKey: { type: "http", scheme: "bearer", description: "A read key, `rd_…`" },
          adminKey: { type: "apiKey", in: "header", name: "x-admin-key", description: "The operator's key" },
          relayKey: { type: "apiKey", in: "header", name: "relay-key-id", description: "The relay's key id, `rk_…`" },
          relaySignature: {
            type: "apiKey",
            in: "header",
            name: "webhook-signature",
            description: "Standard Webhooks 1.0, with `webhook-id` and `webhook-timestamp`, over the uncompressed body",
          },
        },
      },
    },
    hideUntagged: true,
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => String(json.$id ?? `schema-${index}`) },
  });
}

/** The document with addresses that are right behind every proxy: beside the document itself. */
export function relative<T extends object>(document: T): T {
  return { ...document, servers: [{ url: "." }] };
}
