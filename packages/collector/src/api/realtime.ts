import type { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { bodyOf } from "./body-of.js";
import { behaviourShapes } from "./query/behaviour-parameters.js";
import { filtersOf } from "./query/filters.js";
import type { ApiParts } from "./routes.js";
import { answers, notModified } from "./schema/answers.js";
import { siteRoute } from "./site-route.js";
import { tagged } from "./tagged.js";

const described = "The answer; with `Accept: text/event-stream` a stream of them, each as `data`";

/** `GET /v1/sites/:id/realtime`: who is here now, as one answer or as server-sent events. */
export function realtimeRoute(app: FastifyInstance, parts: ApiParts): void {
  const { store, streams, now } = parts;
  // Before the server waits for open requests, of which these would never end.
  app.addHook("preClose", async () => streams.close());

  siteRoute(app, parts, {
    operation: "realtime",
    summary: "Who is here now; with `Accept: text/event-stream`, as long as you listen",
    description:
      "A stream sends an answer at once, another whenever it differs, and a comment every two seconds. It ends within seconds once its key is revoked or no longer opens the site, and after 15 minutes: connect again.",
    shape: behaviourShapes.realtime,
    scope: "stats",
    response: { 200: answers("RealtimeAnswer", described), ...notModified },
    async answer({ request, site, values, still }, reply) {
      const filters = filtersOf(values.filters);
      const ask = (): Promise<string> => store.texts.realtime({ site: site.id, filters, now: now() });
      if (!/\btext\/event-stream\b/.test(request.headers.accept ?? "")) return tagged(request, reply, await ask());
      const open = (): Readable => streams.open(JSON.stringify([site.id, filters]), ask, still);
      return (
        reply
          .type("text/event-stream")
          .header("cache-control", "no-store")
          // Proxies such as nginx would hold it back: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering
          .header("x-accel-buffering", "no")
          .send(bodyOf(request, open))
      );
    },
  });
}
