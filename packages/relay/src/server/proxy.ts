import httpProxy from "@fastify/http-proxy";
import type { FastifyPluginAsync } from "fastify";
import type { ProxyOptions } from "./relay-server.js";

/** Hands a path on to another server, as it is: neither read nor kept. */
export function proxyPath({ path, to }: ProxyOptions): FastifyPluginAsync {
  return async (app) => {
    await app.register(httpProxy, {
      upstream: to,
      prefix: path,
      replyOptions: {
        rewriteRequestHeaders: (request, headers) => ({
          ...headers,
          host: new URL(to).host,
          "x-forwarded-for": [request.headers["x-forwarded-for"], request.raw.socket.remoteAddress]
            .filter((hop) => hop !== undefined && hop !== "")
            .join(", "),
          "x-forwarded-host": request.headers["x-forwarded-host"] ?? request.headers.host ?? "",
          "x-forwarded-proto": request.headers["x-forwarded-proto"] ?? "http",
        }),
      },
    });
  };
}
