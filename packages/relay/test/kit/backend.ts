import { createServer } from "node:http";
import { listening } from "./listening.js";

/** A request as a backend saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** What a backend does next; without a status it has read the request, and cuts the line or never answers. */
export type Reply =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | "cut"
  | "hang";

/** A backend over real HTTP that notes what comes and answers as it is told. */
export interface Backend {
  readonly url: string;
  readonly seen: Seen[];
  /** Decides about every request by its number, from 1; the default answers 200. */
  reply: (attempt: number, request: Seen) => Reply;
}

/** Starts one; it ends with the test. */
export async function backend(): Promise<Backend> {
  const self: Omit<Backend, "url"> = { seen: [], reply: () => ({ status: 200 }) };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url = "", headers } = request;
    const texts = Object.entries(headers).map(([name, value]) => [name, `${value}`]);
    const seen = { method, path: url, headers: Object.fromEntries(texts), body: Buffer.concat(chunks).toString() };
    self.seen.push(seen);
    const reply = self.reply(self.seen.length, seen);
    if (reply === "hang") return;
    if (reply === "cut") return void request.socket.destroy();
    const body = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? {});
    response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
    response.end(body);
  });
  return Object.assign(self, { url: await listening(server) });
}
