import { createServer, type IncomingMessage, type Server } from "node:http";
import { freePort } from "../kit/free-port.js";

/** A request with events, as a backend has it. */
export interface Delivered {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** When it came, in ms since 1970. */
  readonly at: number;
}

/** Stands where PostHog, Plausible and Umami are: it answers for flags and settings, and takes what their trackers send. */
export interface TrackerBackend {
  readonly url: string;
  readonly delivered: readonly Delivered[];
  /** Nobody listens any more, and open connections are cut. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
}

/** What each backend answers to events. */
const answers: readonly (readonly [path: RegExp, status: number, body: string])[] = [
  [/^\/(e|i\/v0\/e|batch)\//, 200, '{"status":"Ok"}'],
  [/^\/api\/event/, 202, "ok"],
  [/^\/api\/send/, 200, '{"cache":"token","sessionId":"s","visitId":"v"}'],
];

/** Starts it. */
export async function trackerBackend(): Promise<TrackerBackend> {
  const port = await freePort();
  const delivered: Delivered[] = [];
  const open = (): Promise<Server> =>
    new Promise((resolve) => {
      const server = createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const { method, url: path = "/", headers } = request;
        const answer = method === "POST" ? answers.find(([pattern]) => pattern.test(path)) : undefined;
        if (answer !== undefined) {
          delivered.push({ path, headers, body: Buffer.concat(chunks).toString(), at: Date.now() });
          response.writeHead(answer[1], { "content-type": "application/json" });
          response.end(answer[2]);
        } else {
          // Flags and settings.
          response.writeHead(200, { "content-type": "application/json" });
          response.end("{}");
        }
      });
      server.listen(port, "127.0.0.1", () => resolve(server));
    });
  let server = await open();
  return {
    url: `http://127.0.0.1:${port}`,
    delivered,
    goAway: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    async comeBack() {
      server = await open();
    },
  };
}
