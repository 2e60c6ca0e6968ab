import { Agent, type IncomingHttpHeaders, request } from "node:http";
import type { Bytes } from "./mutate-bytes.js";

/** One request of the drill. */
export interface Sending {
  readonly url: string;
  readonly method: string;
  /** As written: the path is not tidied up. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Bytes;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const patience = 20_000;

/** Connections that are kept open between requests, until `close`. */
export interface Client {
  send(sending: Sending): Promise<Answer>;
  close(): void;
}

/** A client that sends whatever it is given, as long as it is HTTP. */
export function client(): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  return {
    send: ({ url, method, path, headers, body }) =>
      new Promise((resolve, reject) => {
        const { hostname, port } = new URL(url);
        const length = body.length > 0 || method === "POST" ? { "content-length": String(body.length) } : {};
        const sent = request(
          { hostname, port, method, path, headers: { ...length, ...headers }, agent, timeout: patience },
          (response) => {
            const chunks: Buffer[] = [];
            const heard = (): void =>
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: Buffer.concat(chunks).toString("utf8"),
              });
            response.on("data", (chunk: Buffer) => {
              chunks.push(chunk);
              if (response.headers["content-type"] !== "text/event-stream") return;
              // It ends when its listener goes.
              heard();
              sent.destroy();
            });
            response.on("error", reject);
            response.on("end", heard);
          },
        );
        sent.on("timeout", () => sent.destroy(new Error(`no answer within ${patience} ms`)));
        sent.on("error", reject);
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}
