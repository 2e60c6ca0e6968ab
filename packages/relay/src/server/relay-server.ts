import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { trustOf } from "../client/trust.js";
import { createRelay } from "../create-relay.js";
import { silent } from "../log.js";
import { relayMetrics } from "../metrics/relay-metrics.js";
import type { RelayOptions } from "../options.js";
import type { Relay } from "../relay.js";
import { RelayError } from "../relay-error.js";
import { checkProxies } from "./check-proxies.js";
import { sendError } from "./errors.js";
import { metricsServer } from "./metrics-server.js";
import { proxyPath } from "./proxy.js";
import { bytesRefuser } from "./refuse-bytes.js";
import { handlerOf, serve } from "./serve.js";

/** A path that is handed on to another server. */
export interface ProxyOptions {
  /** Where it lies on the relay's origin; `/` takes everything that the relay itself does not serve. */
  readonly path: string;
  /** Address of the other server, as `http://127.0.0.1:8788`; what follows the path is appended. */
  readonly to: string;
}

/** A relay as a server of its own. */
export interface RelayServerOptions {
  readonly relay: RelayOptions;
  /** Address to listen on. @default "127.0.0.1" */
  readonly host?: string;
  /** 0 takes a free one. @default 8787 */
  readonly port?: number;
  /** Port for Prometheus, on the same host; 0 takes a free one, null serves none. @default 9787 */
  readonly metricsPort?: number | null;
  /** @default [] */
  readonly proxy?: readonly ProxyOptions[];
}

/** A relay that listens. */
export interface RelayServer {
  /** As `http://127.0.0.1:8787`. */
  readonly url: string;
  /** As `http://127.0.0.1:9787/metrics`; null where none are served. */
  readonly metricsUrl: string | null;
  readonly relay: Relay;
  /** Takes no more requests, answers those that came, lets targets take what is left for a moment, and ends. */
  close(): Promise<void>;
}

/** How long a client may take for a whole request, in ms: slow ones do not hold connections for ever. */
const requestTimeout = 30_000;
/** How often Node looks for requests that are late, in ms: what they hold is given back that much later. */
const lookEvery = 5_000;
const keepAliveTimeout = 65_000;
/** Connections that may wait to be accepted; the system has a bound of its own (`net.core.somaxconn`). Node's 511 drops some of a thousand that come at once. */
const backlog = 4_096;

/** Starts a relay behind Fastify. */
export async function relayServer(options: RelayServerOptions): Promise<RelayServer> {
  const { host = "127.0.0.1", port = 8787, metricsPort = 9787, proxy = [] } = options;
  checkProxies(proxy, options.relay);
  const metrics = relayMetrics();
  const relay = await createRelay({ ...options.relay, observer: options.relay.observer ?? metrics.observer });
  const app = serverFor(relay, options.relay);
  const numbers = metricsServer(relay, metrics);
  try {
    const trust = trustOf(options.relay);
    for (const entry of proxy) await app.register(proxyPath(entry, trust));
    await app.listen({ host, port, backlog });
    if (metricsPort !== null) await numbers.listen({ host, port: metricsPort });
  } catch (error) {
    await Promise.allSettled([app.close(), numbers.close(), relay.close()]);
    throw error;
  }
  const { drainMs = 5_000 } = options.relay;
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    // The relay refuses first, so that no new request is taken in by a connection that is still open.
    const relayClosed = relay.close();
    const late = setTimeout(() => app.server.closeAllConnections(), drainMs);
    await Promise.all([app.close(), numbers.close(), relayClosed]).finally(() => clearTimeout(late));
  };
  return {
    url: addressOf(app),
    metricsUrl: metricsPort === null ? null : `${addressOf(numbers)}/metrics`,
    relay,
    close() {
      closed ??= close();
      return closed;
    },
  };
}

function serverFor(relay: Relay, { log = silent }: RelayOptions): FastifyInstance {
  const bytes = bytesRefuser();
  const app: FastifyInstance = Fastify({
    logger: false,
    requestTimeout,
    keepAliveTimeout,
    forceCloseConnections: "idle",
    // The core refuses in the shape that errors have everywhere, with the headers that a page needs to read it.
    return503OnClosing: false,
    clientErrorHandler: bytes.refuse,
    // Node would refuse it without a body; `nameless` does in the shape that errors have everywhere.
    // Node bounds a whole request by the larger of its two timeouts, and the one for a head is a minute unless told:
    // https://github.com/nodejs/node/blob/v24.0.0/src/node_http_parser.cc (ConnectionsList::Expired)
    http: { requireHostHeader: false, headersTimeout: requestTimeout, connectionsCheckingInterval: lookEvery },
    frameworkErrors: (error, request, reply) =>
      void sendError(error, request as FastifyRequest, reply as FastifyReply, log),
  });
  bytes.watch(app.server);
  // An expectation may be ignored (https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1); Node would answer 417 without a body.
  app.server.on("checkExpectation", (request, response) => app.server.emit("request", request, response));
  app.addHook("onRequest", nameless);
  serve(app, relay);
  app.setNotFoundHandler(handlerOf(relay));
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, log));
  return app;
}

/** https://www.rfc-editor.org/rfc/rfc9112#section-3.2-6 */
async function nameless({ raw }: FastifyRequest): Promise<void> {
  if (raw.httpVersion === "1.1" && raw.headers.host === undefined)
    throw new RelayError("envelope_invalid", "a request over HTTP/1.1 has to name its host");
}

function addressOf(app: FastifyInstance): string {
  const { address, family, port } = app.server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
