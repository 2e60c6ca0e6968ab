import httpProxy from "@fastify/http-proxy";
import type { FastifyPluginAsync } from "fastify";
import { RelayError } from "../relay-error.js";
import type { ProxyOptions } from "./relay-server.js";

/** Hands a path on to another server, as it is: neither read nor kept. */
export function proxyPath({ path, to }: ProxyOptions): FastifyPluginAsync {
  return async (app) => {
    await app.register(httpProxy, {
      upstream: to,
      prefix: path,
      replyOptions: {
        onError(reply, { error }) {
          const message = `the server behind ${path} does not answer`;
          reply.send(new RelayError("unavailable", message, { retryAfter: 5, cause: error }));
        },
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
