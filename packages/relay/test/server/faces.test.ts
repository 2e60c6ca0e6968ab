import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import type { Relay } from "@isotherm/relay";
import { relayNode, relayPlugin } from "@isotherm/relay/server";
import Fastify from "fastify";
import { describe, expect, onTestFinished, test } from "vitest";
import { listening } from "../kit/listening.js";
import { intakePath, startRelay } from "../kit/relay.js";
import { standIn } from "../kit/stand-in.js";

type Respond = (
  request: IncomingMessage & { body?: unknown },
  response: ServerResponse & { json(body: unknown): void },
) => void;

/** As much of an Express app as is used here: it brings no types along. */
interface ExpressApp extends RequestListener {
  use(path: unknown, handler?: unknown): void;
  get(path: string, respond: Respond): void;
  post(path: string, respond: Respond): void;
}

const express = createRequire(import.meta.url)("express") as (() => ExpressApp) & { json(): unknown };

/** What both Express apps do by themselves. */
function own(app: ExpressApp): Promise<string> {
  app.use(express.json());
  app.get("/own", (_request, response) => void response.end("own"));
  app.post("/own", (request, response) => response.json(request.body));
  return listening(createServer(app));
}

/** Each way to put a relay into an app that has a page of its own and reads bodies as JSON. */
const apps: { readonly [name: string]: (relay: Relay) => Promise<string> } = {
  "an Express app": (relay) => {
    const app = express();
    app.use(relayNode(relay));
    return own(app);
  },
  "an Express app, mounted on a path": (relay) => {
    const app = express();
    app.use(intakePath, relayNode(relay));
    app.use(["/health", relay.script.path], relayNode(relay));
    return own(app);
  },
  "a Fastify app": async (relay) => {
    const app = Fastify();
    app.register(relayPlugin(relay));
    app.get("/own", () => "own");
    app.post("/own", (request) => request.body);
    onTestFinished(() => app.close());
    return app.listen({ host: "127.0.0.1", port: 0 });
  },
};

describe.each(Object.entries(apps))("in %s", (_name, start) => {
  test("a relay takes batches and serves its script, beside what the app does", async () => {
    const collector = await standIn();
    const relay = await startRelay(collector);
    const url = await start(relay);
    const batch = batchOf({ at: Date.now() });
    const taken = await fetch(url + intakePath, {
      method: "POST",
      headers: { origin: "https://shop.example", "content-type": "application/json" },
      body: JSON.stringify(envelopeOf({ batches: [batch] })),
    });
    expect([taken.status, await taken.text()]).toEqual([204, ""]);
    await relay.drained();
    expect([...collector.stored.keys()]).toEqual([batch.id]);
    expect(collector.stored.get(batch.id)?.edge.ip).toBe("127.0.0.0");

    const refused = await fetch(url + intakePath, {
      method: "POST",
      headers: { origin: "https://evil.example" },
      body: "{",
    });
    expect(refused.status).toBe(403);
    expect((await fetch(url + relay.script.path)).headers.get("content-type")).toContain("javascript");
    expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({ ready: true });

    expect(await (await fetch(`${url}/own`)).text()).toBe("own");
    const json = { method: "POST", headers: { "content-type": "application/json" }, body: '{"a":1}' };
    expect(await (await fetch(`${url}/own`, json)).json()).toEqual({ a: 1 });
  });
});

test("without a next, what the relay does not serve is answered 404", async () => {
  const relay = await startRelay(await standIn());
  const handle = relayNode(relay);
  const url = await listening(createServer((request, response) => handle(request, response)));
  expect((await fetch(`${url}/own`)).status).toBe(404);
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
});
