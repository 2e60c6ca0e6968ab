import type { IncomingMessage } from "node:http";
import httpProxy from "@fastify/http-proxy";
import type { FastifyPluginAsync } from "fastify";
import type { Trust } from "../client/trust.js";
import { RelayError } from "../relay-error.js";
import { forwardedHeaders } from "./forwarded-headers.js";
import type { ProxyOptions } from "./relay-server.js";

/** Hands a path on to another server, as it is: neither read nor kept. */
export function proxyPath({ path, to }: ProxyOptions, trust: Trust): FastifyPluginAsync {
  const { host } = new URL(to);
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
          ...forwardedHeaders(request.raw as IncomingMessage, headers, trust),
          host,
        }),
      },
    });
  };
}
