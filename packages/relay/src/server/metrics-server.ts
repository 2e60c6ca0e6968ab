import Fastify, { type FastifyInstance } from "fastify";

/** Serves Prometheus on a port of its own, which need not be reachable from outside. */
export function metricsServer(scrape: () => Promise<string>, contentType: string): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: true });
  app.get("/metrics", async (_request, reply) => reply.type(contentType).send(await scrape()));
  return app;
}
