import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { root } from "../kit/process.js";

/** A page as its site serves it. */
export interface Served {
  readonly html: string;
  readonly headers?: { readonly [name: string]: string };
}

/** A site whose pages a test writes itself. */
export interface Pages {
  readonly url: string;
  /** What is served at this path from now on. */
  serve(path: string, page: Served): void;
  /** How often a page was asked for. */
  asked(path: string): number;
  /** Requests to this path stay unanswered until it is served. */
  hold(path: string): void;
  close(): Promise<void>;
}

/** A page with a button. */
export const html = (head: string, body = ""): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Script</title>${head}</head>` +
  `<body><button id="go">Go</button>${body}</body></html>`;

const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });

const pathOf = ({ url = "/" }: IncomingMessage): string => new URL(url, "http://site").pathname;

export async function writtenPages(): Promise<Pages> {
  const pages = new Map<string, Served>();
  const asked = new Map<string, number>();
  const held = new Map<string, ServerResponse[]>();
  const answer = (response: ServerResponse, page?: Served): void => {
    response.writeHead(page ? 200 : 404, { "content-type": "text/html; charset=utf-8", ...page?.headers });
    response.end(page?.html ?? "");
  };
  const server = createServer((request, response) => {
    const path = pathOf(request);
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const waiting = held.get(path);
    if (waiting) waiting.push(response);
    else answer(response, pages.get(path));
  });
  return {
    url: await listening(server),
    serve(path, page) {
      pages.set(path, page);
      for (const response of held.get(path) ?? []) answer(response, page);
      held.delete(path);
    },
    asked: (path) => asked.get(path) ?? 0,
    hold: (path) => held.set(path, []),
    close: () => closed(server),
  };
}

/** The built script files, as a package's host on another origin serves them. */
export async function scriptHost(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, { "content-type": "text/javascript", "access-control-allow-origin": "*" });
    response.end(builtScript(pathOf(request).slice(1)));
  };
  const server = createServer(answer);
  return { url: await listening(server), close: () => closed(server) };
}

/** A file of the SDK's script build, as the package brings it. */
export function builtScript(name: string): string {
  return readFileSync(`${root}packages/sdk/dist/script/${name}`, "utf8");
}

/** The SRI hash of a file of the script build. */
export function integrityOf(name: string): string {
  const { files } = JSON.parse(builtScript("manifest.json")) as {
    files: { readonly [name: string]: { readonly sri: string } };
  };
  return files[name]?.sri ?? "";
}

/** What `data-use` can name. */
export function lazyNames(): string[] {
  return readdirSync(`${root}packages/sdk/src/script/lazy`).map((file) => file.replace(/\.ts$/, ""));
}
