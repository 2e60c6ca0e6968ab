import { Agent, request } from "node:http";
import { type Batch, type Envelope, protocolVersion } from "@isotherm/protocol";

/** One connection of a browser, which asks one thing at a time. */
export interface Connection {
  /** Sends batches; resolves to the status. */
  post(batches: readonly Batch[]): Promise<number>;
  /** The batches of every request that got a 2xx, by the port that it came from. */
  readonly received: ReadonlyMap<number, readonly (readonly string[])[]>;
  close(): void;
}

/** Opens a connection to the intake at `url` for pages of `origin`. */
export function connection(url: string, origin: string, key: string, agent: string): Connection {
  const line = new Agent({ keepAlive: true, maxSockets: 1 });
  const received = new Map<number, (readonly string[])[]>();
  const post = (batches: readonly Batch[]): Promise<number> =>
    new Promise((resolve, reject) => {
      const envelope: Envelope = { v: protocolVersion, key, sentAt: Date.now(), batches };
      const headers = { "content-type": "text/plain", "user-agent": agent, origin };
      const asked = request(url, { method: "POST", agent: line, headers, timeout: 30_000 }, (answer) => {
        const port = asked.socket?.localPort ?? 0;
        const status = answer.statusCode ?? 0;
        if (status >= 200 && status < 300) {
          const ids = batches.map(({ id }) => id);
          received.set(port, [...(received.get(port) ?? []), ids]);
        }
        answer.resume().once("end", () => resolve(status));
      });
      asked.once("timeout", () => asked.destroy(new Error("no answer within 30 s")));
      asked.once("error", reject);
      asked.end(JSON.stringify(envelope));
    });
  return { post, received, close: () => line.destroy() };
}
