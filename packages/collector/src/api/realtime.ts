import type { FastifyInstance } from "fastify";
import { readerOf } from "../auth/read-key.js";
import { behaviourShapes } from "./query/behaviour-parameters.js";
import { filtersOf } from "./query/filters.js";
import { readQuery } from "./query/read-query.js";
import type { ApiParts } from "./routes.js";
import { answers, errorAnswers } from "./schema/answers.js";
import { tagged } from "./tagged.js";

const described = "The answer; with `Accept: text/event-stream` a stream of them, each as `data`";

/** `GET /v1/sites/:id/realtime`: who is here now, as one answer or as server-sent events. */
export function realtimeRoute(app: FastifyInstance, parts: ApiParts): void {
  const { store, registry, addresses, failures, streams, now } = parts;
  // Before the server waits for open requests, of which these would never end.
  app.addHook("preClose", async () => streams.close());

  app.get<{ Params: { id: string } }>(
    "/v1/sites/:id/realtime",
    {
      schema: {
        operationId: "realtime",
        tags: ["query"],
        summary: "Who is here now; with `Accept: text/event-stream`, as long as you listen",
        description:
          "A stream sends an answer at once, another whenever it differs, and a comment every two seconds. It ends after 15 minutes: connect again.",
        security: [{ readKey: [] }],
        params: {
          type: "object",
          required: ["id"],
          properties: { id: { type: "string", description: "The site's id, from /v1/sites" } },
        },
        querystring: behaviourShapes.realtime,
        response: {
          200: answers("RealtimeAnswer", described),
          304: { type: "null", description: "The asker has this answer already" },
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
      const address = addresses.client(request.socket.remoteAddress, request.headers);
      const reader = await readerOf(request.headers.authorization, { address, failures, registry, now });
      const site = reader.require(request.params.id);
      reader.may("stats");
      const values = readQuery(request.query as { readonly [name: string]: unknown }, behaviourShapes.realtime);
      const filters = filtersOf(values.filters);
      const ask = (): Promise<string> => store.texts.realtime({ site: site.id, filters, now: now() });
      if (!/\btext\/event-stream\b/.test(request.headers.accept ?? "")) return tagged(request, reply, await ask());
      const stream = streams.open(JSON.stringify([site.id, filters]), ask);
      return (
        reply
          .type("text/event-stream")
          .header("cache-control", "no-store")
          // Proxies such as nginx would hold it back: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering
          .header("x-accel-buffering", "no")
          .send(stream)
      );
    },
  );
}
