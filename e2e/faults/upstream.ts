import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { listening } from "../kit/listening.js";

/** What becomes of one request of the relay's: `pass` brings it to the collector, `lose` too, but cuts the line before the answer. */
export type Fate =
  | "pass"
  | "lose"
  | "cut"
  | "hold"
  | { readonly status: number; readonly headers?: Record<string, string> };

/** What stands between relay and collector, and decides about every request of batches. */
export interface Upstream {
  readonly url: string;
  /** Says where the collector is. */
  lead(port: number): void;
  /** From now on; the function gets the request's number, from 1. What was held is let go first. */
  decide(fate: (attempt: number) => Fate): void;
  /** Requests of batches since then that did not simply pass. */
  struck(): number;
  close(): Promise<void>;
}

/** Opens one. */
export async function openUpstream(): Promise<Upstream> {
  let to = 0;
  let fateOf: (attempt: number) => Fate = () => "pass";
  let attempts = 0;
  let strikes = 0;
  let letGo = (): void => undefined;
  let held: Promise<void> = Promise.resolve();

  const pass = async (
    asked: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
    isLost: boolean,
  ): Promise<void> => {
    const { method, url: path, headers } = asked;
    const onward = httpRequest({ host: "127.0.0.1", port: to, method, path, headers });
    onward.end(body);
    const [answer] = (await once(onward, "response")) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    if (isLost) asked.socket.destroy();
    else response.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(chunks));
  };

  const answer = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk as Buffer);
    const fate = asked.url === "/v1/batches" ? fateOf(++attempts) : "pass";
    if (fate !== "pass") strikes++;
    if (fate === "hold") await held;
    if (fate === "cut") asked.socket.destroy();
    else if (typeof fate === "object") response.writeHead(fate.status, { ...fate.headers, "content-length": 0 }).end();
    else await pass(asked, Buffer.concat(chunks), response, fate === "lose");
  };

  const server = createServer((asked, response) => {
    // Either side may be killed in the middle of it.
    answer(asked, response).catch(() => asked.socket.destroy());
  });
  const { url, close } = await listening(server);
  return {
    url,
    lead(port) {
      to = port;
    },
    decide(fate) {
      letGo();
      held = new Promise((resolve) => {
        letGo = resolve;
      });
      [fateOf, attempts, strikes] = [fate, 0, 0];
    },
    struck: () => strikes,
    close,
  };
}
