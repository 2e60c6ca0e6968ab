import type { FastifyInstance } from "fastify";
import { answers, errorAnswers } from "../api/schema/answers.js";
import type { CollectorHealth } from "./health.js";

/** What a load balancer, a person and a supervisor each ask. */
export function healthRoutes(app: FastifyInstance, health: () => Promise<CollectorHealth>): void {
  app.get(
    "/v1/health",
    {
      schema: {
        operationId: "health",
        tags: ["health"],
        summary: "How the collector is: journal, projector, store and counts",
        response: { 200: answers("Health"), ...errorAnswers(["unavailable"]) },
      },
    },
    async (_request, reply) => {
      const now = await health();
      return reply.header("cache-control", "no-store").send(now);
    },
  );

  app.get(
    "/health/live",
    {
      schema: {
        operationId: "live",
        tags: ["health"],
        summary: "200 while the process answers at all",
        response: { 200: answers("Liveness") },
      },
      logLevel: "warn",
    },
    async (_request, reply) => reply.header("cache-control", "no-store").send({ live: true }),
  );

  app.get(
    "/health/ready",
    {
      schema: {
        operationId: "ready",
        tags: ["health"],
        summary: "200 while a batch can be made durable, whatever the store does; else 503",
        response: { 200: answers("Readiness"), 503: answers("Readiness") },
      },
      logLevel: "warn",
    },
    async (_request, reply) => {
      const { ready } = await health();
      return reply
        .code(ready ? 200 : 503)
        .header("cache-control", "no-store")
        .send({ ready });
    },
  );
}
