import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pageAt, render } from "../../site/pages.js";
import { add, type Counts } from "../tally.js";
import type { Asked, Backend, Reply } from "./backend.js";

/** A site with an SDK on its pages, and the backend that the SDK sends to, at one origin. */
export interface Sink {
  readonly port: number;
  readonly backend: Backend;
  /** Copies of each event that were taken, by name. */
  readonly copies: Counts;
  /** Of those, what the backend stores: without what it knows already. */
  readonly stored: Counts;
  /** What was posted and could not be read, in words: a fault of the sink's, or of the SDK. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

/**
 * Opens a sink on a free port. `code` is a module that puts its SDK's `track` into `window.isotherm`, where the rig's
 * engines find it, whosever SDK it is; `recorded` hears of everything that was posted and read.
 */
export async function openSink(backend: Backend, code: string, recorded?: (asked: Asked) => void): Promise<Sink> {
  const copies = new Map<string, number>();
  const stored = new Map<string, number>();
  const known = new Set<string>();
  const refused: string[] = [];

  const take = (asked: Asked): Reply => {
    try {
      const events = backend.read(asked);
      recorded?.(asked);
      for (const { name, id } of events) {
        add(copies, name);
        if (id === undefined || !known.has(id)) add(stored, name);
        if (id !== undefined) known.add(id);
      }
      return backend.answer(asked);
    } catch (error) {
      refused.push(`${asked.method} ${asked.path}?${asked.query}: ${error}`);
      return { status: 400 };
    }
  };

  const listen = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = await read(request);
    // The page was closed, or the line cut, while it was sending.
    if (!asked) return;
    const page = pageAt(asked.path);
    if (asked.method === "POST" && backend.intakes.includes(asked.path)) send(response, take(asked));
    else if (page) answer(response, 200, "text/html; charset=utf-8", render(page, snippet));
    else if (asked.path === address) answer(response, 200, "text/javascript", code);
    else send(response, backend.other?.(asked) ?? { status: 404 });
  };

  const server = createServer((request, response) => void listen(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    backend,
    copies,
    stored,
    refused,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const address = "/sdk.js";
const snippet = `<script type="module" src="${address}"></script>`;

async function read(request: IncomingMessage): Promise<Asked | null> {
  const { method = "GET", url = "/", headers } = request;
  const { pathname: path, searchParams: query } = new URL(url, "http://sink");
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    return null;
  }
  return { method, path, query, headers, body: Buffer.concat(chunks) };
}

function send(response: ServerResponse, { status, body }: Reply): void {
  if (body) answer(response, status, "application/json", JSON.stringify(body));
  else response.writeHead(status).end();
}

function answer(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { "content-type": type }).end(text);
}
