import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { envelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Collector } from "../../src/collector.js";
import { memoryStore } from "../memory-store.js";
import { origin, readKey, running } from "../running.js";

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of Node's own with this listener. */
async function serve(listener: Listener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const send = (url: string, body: unknown = envelopeOf()): Promise<Response> =>
  fetch(`${url}/v1/batches`, { method: "POST", headers: { origin }, body: JSON.stringify(body) });

/** An app with the collector at its root, as `app.use(collector.router)` puts it there. */
const app = ({ router }: Collector): Promise<string> =>
  serve((request, response) =>
    router(request, response, (error) => response.end(error ? String(error) : "the app's own")),
  );

describe("router", () => {
  test("answers what is the collector's and passes on all else, with its body unread", async () => {
    const { collector, store } = await running({ dashboard: false });
    const bodies: string[] = [];
    const url = await serve((request, response) =>
      collector.router(request, response, async () => {
        let body = "";
        for await (const chunk of request) body += chunk;
        bodies.push(body);
        response.end("the app's own");
      }),
    );
    expect((await send(url)).status).toBe(204);
    await collector.settled();
    expect(store.stored.size).toBe(1);
    const answer = await fetch(`${url}/v1/sites/shop/summary`, { headers: { authorization: `Bearer ${readKey}` } });
    expect([answer.status, answer.headers.has("x-request-id")]).toEqual([200, true]);
    expect((await fetch(`${url}/v1/sites/shop/summary`)).status).toBe(401);
    const own = await fetch(`${url}/orders`, { method: "POST", body: "a book" });
    expect([await own.text(), own.headers.get("x-request-id")]).toEqual(["the app's own", null]);
    expect(bodies).toEqual(["a book"]);
  });

  test("says what is wrong where something has read the body before it", async () => {
    const { collector } = await running();
    const url = await serve(async (request, response) => {
      for await (const _ of request);
      collector.router(request, response, () => undefined);
    });
    const answer = await send(url);
    expect([answer.status, (await answer.json()).message]).toEqual([
      500,
      expect.stringContaining("before body parsers"),
    ]);
  });

  test("sends whoever asks for the path that it is mounted on into it, as the dashboard's addresses need", async () => {
    const { collector } = await running();
    const url = await serve((request, response) => {
      // As Express does for `app.use("/a/stats", router)`.
      const all = request.url ?? "";
      Object.assign(request, { originalUrl: all, baseUrl: "/a/stats", url: all.slice("/a/stats".length) || "/" });
      collector.router(request, response, () => response.end());
    });
    const answer = await fetch(`${url}/a/stats?x=1`, { redirect: "manual" });
    expect([answer.status, answer.headers.get("location")]).toEqual([308, "stats/?x=1"]);
    expect((await fetch(`${url}/a/stats/health/live`)).status).toBe(200);
  });
});

describe("handler", () => {
  test("answers whatever it is given, and resolves when that is done", async () => {
    const { collector } = await running({ dashboard: false });
    const done: string[] = [];
    const url = await serve((request, response) => {
      void collector.handler(request, response).then(() => done.push(request.url ?? ""));
    });
    expect((await send(url)).status).toBe(204);
    const missing = await fetch(`${url}/nowhere`);
    expect([missing.status, (await missing.json()).code]).toEqual([404, "not_found"]);
    await expect.poll(() => done).toEqual(["/v1/batches", "/nowhere"]);
  });
});

describe("close", () => {
  test("waits for the answers that are under way, and refuses batches from the call on", async () => {
    const store = memoryStore();
    let answered: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      answered = resolve;
    });
    let asked = false;
    const { collector } = await running({
      store: {
        ...store,
        texts: {
          ...store.texts,
          summary: async () => {
            asked = true;
            await held;
            return "{}";
          },
        },
      },
    });
    const url = await app(collector);
    const slow = fetch(`${url}/v1/sites/shop/summary`, { headers: { authorization: `Bearer ${readKey}` } });
    await expect.poll(() => asked).toBe(true);
    let closed = false;
    const closing = collector.close().then(() => {
      closed = true;
    });
    expect((await send(url)).status).toBe(503);
    expect(closed).toBe(false);
    answered();
    expect((await slow).status).toBe(200);
    await closing;
  });
});
