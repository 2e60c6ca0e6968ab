import type { Server } from "node:http";
import { limits } from "@isotherm/protocol";
import Fastify, { type FastifyHttpOptions, type FastifyInstance, LogController } from "fastify";
import type { Collector } from "../collector.js";
import { CollectorError } from "../collector-error.js";
import { asCollectorError, refuse } from "../refusal.js";
import { requestId } from "./malformed.js";

/** An app that is about a collector alone; the caller registers the collector's plugin. */
export function collectorApp(
  { logger }: Pick<Collector, "logger">,
  options: Pick<
    FastifyHttpOptions<Server>,
    "keepAliveTimeout" | "requestTimeout" | "forceCloseConnections" | "clientErrorHandler" | "http"
  > = {},
): FastifyInstance {
  const app: FastifyInstance = Fastify({
    ...options,
    loggerInstance: logger,
    // Fastify's own lines hold addresses and query strings; the plugin writes a line without them.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    requestIdHeader: false,
    bodyLimit: limits.requestBytes,
    return503OnClosing: false,
    routerOptions: { maxParamLength: limits.id * 2 },
    ajv: { customOptions: { coerceTypes: false, useDefaults: false, removeAdditional: false } },
    frameworkErrors: (error, request, reply) => {
      refuse(request, reply, asCollectorError(error, "query_invalid"));
    },
  });
  // What lies outside the plugin reads no bodies, and errs in the one shape too.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  app.setErrorHandler((error, request, reply) => refuse(request, reply, asCollectorError(error)));
  app.setNotFoundHandler((request, reply) =>
    refuse(request, reply, new CollectorError("not_found", "there is nothing here; see /docs")),
  );
  return app;
}
