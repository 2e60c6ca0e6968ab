import type { AddressInfo } from "node:net";
import type { Collector } from "../collector.js";
import { collectorApp } from "./collector-app.js";
import { malformedAnswers, requireHost } from "./malformed.js";
import { metricsServer } from "./metrics-server.js";

/** Where a collector listens. */
export interface CollectorServerOptions {
  readonly collector: Collector;
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** 0 takes any free port. @default 8788 */
  readonly port?: number;
  /** Port of Prometheus' `/metrics`; 0 takes any free one. @default none */
  readonly metricsPort?: number;
}

/** A collector that listens. */
export interface CollectorServer {
  /** As `http://127.0.0.1:8788`. */
  readonly url: string;
  /** As `http://127.0.0.1:9788/metrics`; null where none are served. */
  readonly metricsUrl: string | null;
  /**
   * Refuses new batches, finishes the requests under way, stops the projector after its chunk. The journal and the store
   * stay open: whoever opened them closes them then.
   */
  close(): Promise<void>;
}

/** Proxies keep idle lines for about a minute; a server that hangs up first loses requests on their way. */
const keepAlive = 72_000;
/** A request that has not arrived whole by then is a slow attack or a broken line. */
const arrivalTimeout = 30_000;
/** How often Node looks for requests that are late, in ms: what they hold is given back that much later. */
const lookEvery = 5_000;
/** Requests that are under way when the server is closed have this long to be answered. */
const closePatience = 10_000;
const sweepEvery = 50;
/** Connections that may wait to be accepted; the system has a bound of its own (`net.core.somaxconn`). Node's 511 drops some of a thousand that come at once. */
const backlog = 4_096;

/** Serves a collector over HTTP, and its metrics on a port of their own. */
export async function collectorServer(options: CollectorServerOptions): Promise<CollectorServer> {
  const { collector, host = "127.0.0.1", port = 8788, metricsPort } = options;
  const malformed = malformedAnswers();
  const app = collectorApp(collector, {
    keepAliveTimeout: keepAlive,
    requestTimeout: arrivalTimeout,
    forceCloseConnections: "idle",
    clientErrorHandler: malformed.answer,
    // Node would refuse it without a body; `requireHost` does in the one shape that errors have.
    // Node bounds a whole request by the larger of its two timeouts, and the one for a head is a minute unless told:
    // https://github.com/nodejs/node/blob/v24.0.0/src/node_http_parser.cc (ConnectionsList::Expired)
    http: { requireHostHeader: false, headersTimeout: arrivalTimeout, connectionsCheckingInterval: lookEvery },
  });
  malformed.watch(app.server);
  // An expectation may be ignored (https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1); Node would answer 417 without a body.
  app.server.on("checkExpectation", (request, response) => app.server.emit("request", request, response));
  app.addHook("onRequest", requireHost);
  await app.register(collector.plugin);
  await app.listen({ host, port, backlog });
  const metrics =
    metricsPort === undefined ? null : await metricsServer({ host, port: metricsPort, read: collector.metrics });

  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    const collectorClosed = collector.close();
    // A line that was busy when the server closed goes idle later, and would then be kept for its whole keep-alive time.
    const sweep = setInterval(() => app.server.closeIdleConnections(), sweepEvery);
    const cut = setTimeout(() => app.server.closeAllConnections(), closePatience);
    await app.close();
    clearInterval(sweep);
    clearTimeout(cut);
    await metrics?.close();
    await collectorClosed;
  };
  return {
    url: urlOf(app.server.address() as AddressInfo),
    metricsUrl: metrics ? metrics.url : null,
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
