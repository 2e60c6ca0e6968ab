import { createServer } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";

/** Prometheus' text on a port of its own, which the public never reaches. */
export async function metricsServer(options: {
  readonly host: string;
  readonly port: number;
  readonly read: () => Promise<string>;
}): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { host, port, read } = options;
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url?.split("?")[0] !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    read().then(
      (text) => response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }).end(text),
      () => response.writeHead(503).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve());
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${isIPv6(host) ? `[${host}]` : host}:${taken}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}
