import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Batch, Envelope, Event, EventType } from "@isotherm/protocol";
import { root } from "./process.js";
import { until } from "./until.js";

type Of<T extends EventType> = Extract<Event, { type: T }>;

/** A site of a few pages with the built script on them, and a server that takes every batch. */
export interface CaptureStage {
  readonly url: string;
  /** Batches that came, each once. */
  batches(): readonly Batch[];
  /** Events of a type that have come so far. */
  of<T extends EventType>(type: T): readonly Of<T>[];
  /** Resolves once at least `n` of them have come. */
  came<T extends EventType>(type: T, n: number): Promise<readonly Of<T>[]>;
  /** Everything that was sent, as text. */
  text(): string;
  close(): Promise<void>;
}

const folder = `${root}packages/sdk/dist/script/`;

/** Serves pages by their path; each has `use` in its script tag, and freezes every 300 ms. */
export async function captureStage(pages: { readonly [path: string]: string }, use: string): Promise<CaptureStage> {
  const bodies: string[] = [];
  const tag = `<script async src="/s/isotherm.js" data-key="pk_e2e" data-to="/in" data-every="300" data-use="${use}"></script>`;
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://site");
    if (pathname === "/in") {
      let body = "";
      for await (const chunk of request) body += chunk;
      bodies.push(body);
      response.statusCode = 204;
      response.end();
    } else if (pathname.startsWith("/s/")) {
      response.setHeader("content-type", "text/javascript");
      response.end(readFileSync(folder + pathname.slice(3)));
    } else {
      const page = pages[pathname];
      response.statusCode = page === undefined ? 404 : 200;
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(page?.replace("<head>", `<head><link rel="icon" href="data:,">${tag}`) ?? "");
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const batches = (): readonly Batch[] => {
    const all = bodies.flatMap((body) => (JSON.parse(body) as Envelope).batches);
    return [...new Map(all.map((batch) => [batch.id, batch])).values()].sort((a, b) => a.seq - b.seq);
  };
  const of = <T extends EventType>(type: T): readonly Of<T>[] =>
    batches()
      .flatMap(({ events }) => events)
      .filter((event): event is Of<T> => event.type === type);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    batches,
    of,
    came: (type, n) =>
      until(`${n} events of the type ${type}`, async () => {
        const found = of(type);
        return found.length >= n ? found : null;
      }),
    text: () => bodies.join("\n"),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
