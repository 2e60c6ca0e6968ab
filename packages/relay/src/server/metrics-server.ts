import Fastify, { type FastifyInstance } from "fastify";
import type { RelayMetrics } from "../metrics/relay-metrics.js";
import type { Relay } from "../relay.js";

/** Serves Prometheus' text and the ledger on a port of its own, which need not be reachable from outside. */
export function metricsServer(relay: Relay, { scrape, contentType }: RelayMetrics): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: true });
  app.get("/metrics", async (_request, reply) => reply.type(contentType).send(await scrape(relay)));
  app.get("/ledger", () => relay.ledger());
  return app;
}
