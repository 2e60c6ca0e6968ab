import type { FastifyInstance } from "fastify";
import { CollectorError } from "../collector-error.js";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/**
 * Watches which methods each path takes. The function it returns, called when all routes are there, answers the other
 * methods with 405 and `Allow`, before any body is read.
 */
export function refuseOtherMethods(app: FastifyInstance): (scope: FastifyInstance) => void {
  const taken = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    if (url.includes("*")) return;
    const known = taken.get(url) ?? new Set();
    for (const name of [method].flat()) known.add(name.toUpperCase());
    taken.set(url, known);
  });
  return (scope) => {
    for (const [url, known] of [...taken]) {
      const allowed = [...known].sort().join(", ");
      const refused = methods.filter((method) => !known.has(method));
      if (refused.length === 0) continue;
      // Routes are watched with the prefix that their host gave them, and given without it.
      const path = url.slice(scope.prefix.length) || "/";
      scope.route({
        method: refused,
        url: path,
        schema: { hide: true },
        onRequest: async (_request, reply) => {
          reply.header("allow", allowed);
          throw new CollectorError("method_refused", `this path takes ${allowed}`);
        },
        handler: async () => undefined,
      });
    }
  };
}
