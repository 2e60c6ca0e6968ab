import { once } from "node:events";
import { connect } from "node:net";
import { envelopeOf } from "@isotherm/protocol/fixtures";
import Fastify from "fastify";
import { pino } from "pino";
import { describe, expect, onTestFinished, test } from "vitest";
import { origin, publicKey, readKey, running } from "../running.js";

/** Writes bytes to a server and reads until it closes the line. */
function said(url: string, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("close", () => resolve(text));
  });
}

describe("the server", () => {
  test("passes request ids on that are well formed, and makes others anew", async () => {
    const { get } = await running();
    const idOf = async (id: string) =>
      (await get("/health/live", null, { "x-request-id": id })).headers.get("x-request-id");
    expect(await idOf("abc-123.4")).toBe("abc-123.4");
    expect(await idOf("<script>")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idOf("x".repeat(200))).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("cuts a request off that is not whole after half a minute, and gives back what it held", async () => {
    const { server, collector } = await running();
    const path = `/v1/batches/0193a5b0-7c00-4abc-8def-012345670010`;
    const head = `POST ${path} HTTP/1.1\r\nhost: x\r\norigin: https://shop.example\r\ncontent-length: 100000\r\n\r\n`;
    const began = performance.now();
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1", () =>
      socket.write(head + " ".repeat(99_999)),
    );
    socket.on("error", () => undefined).resume();
    await once(socket, "close");
    const seconds = (performance.now() - began) / 1_000;
    expect(seconds).toBeGreaterThan(29);
    // Node's own minute and the half a minute between two of its looks would make it 60 to 90.
    expect(seconds).toBeLessThan(55);
    await expect.poll(async () => (await collector.health()).intake.bytes, { timeout: 60_000 }).toBe(0);
  }, 120_000);

  test("tells Prometheus what happened, on a port of its own", async () => {
    const { post, server, collector } = await running();
    await post(envelopeOf());
    await post("{");
    await collector.settled();
    const metrics = await (await fetch(server.metricsUrl ?? "")).text();
    expect(metrics).toContain('isotherm_collector_batches_total{outcome="accepted"} 1');
    expect(metrics).toContain('isotherm_collector_refused_requests_total{code="envelope_invalid"} 1');
    expect(metrics).toContain("isotherm_collector_ready 1");
    expect(metrics).toContain("isotherm_collector_projector_waiting 0");
    expect(metrics).toContain('isotherm_collector_folded_values{dimension="page"} 7');
    expect(metrics).toContain('isotherm_collector_folded_days{dimension="page"} 2');
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
  });

  test("is ready while batches can be made durable, whatever the store does", async () => {
    const { get, store, collector } = await running();
    store.reachable = false;
    expect((await get("/health/ready", null)).status).toBe(200);
    expect(await collector.metrics()).toContain("isotherm_collector_store_reachable 0");
    const health = await (await get("/v1/health", null)).json();
    expect(health).toMatchObject({ status: "degraded", store: { reachable: false } });
  });

  test("writes neither bodies nor addresses nor query strings into its log", async () => {
    const lines: string[] = [];
    const logger = pino({ level: "trace" }, { write: (line: string) => lines.push(line) });
    const { post, get, store } = await running({ logger, trustProxy: ["127.0.0.1"] });
    const from = { "x-forwarded-for": "198.51.100.213" };
    await post(envelopeOf({ key: "pk_logged" }), from);
    await post("secret body", from);
    await get("/v1/sites/shop/breakdown?dimension=page&search=needle");
    await get("/nowhere?search=needle");
    store.reachable = false;
    await get("/v1/sites/shop/summary?search=needle");
    const log = lines.filter((line) => !line.includes("Server listening")).join("");
    expect(log).toContain("/v1/batches");
    for (const secret of ["198.51.100.213", "127.0.0.1", "secret body", "needle", readKey, publicKey])
      expect(log).not.toContain(secret);
  });

  test.each([
    ["{", "application/json", 404, "not_found"],
    ["{}", "nonsense", 415, "encoding_unsupported"],
  ])(
    "answers a body %s of type %s on a path that is not there in the shape of every error",
    async (body, type, status, code) => {
      const { server } = await running();
      for (const path of ["/nothing", "//v1/batches"]) {
        const answer = await fetch(server.url + path, { method: "POST", body, headers: { "content-type": type } });
        const refusal = await answer.json();
        expect([answer.status, refusal.code]).toEqual([status, code]);
        expect(refusal.requestId).toBe(answer.headers.get("x-request-id"));
      }
    },
  );

  test.each(["/api/projects/%/heatmap", "/api/sessions/%", "/v1/sites/%/summary", "/v1/sessions/%"])(
    "has nothing under %s whose id is longer than any",
    async (path) => {
      const { get } = await running();
      const answer = await get(path.replace("%", "x".repeat(300)));
      expect([answer.status, (await answer.json()).code]).toEqual([404, "not_found"]);
    },
  );

  test("answers a request without a host, or with an expectation, in the shape of every answer", async () => {
    const { server } = await running();
    const nameless = await said(server.url, "GET /health/live HTTP/1.1\r\nconnection: close\r\n\r\n");
    expect(nameless).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(nameless.slice(nameless.indexOf("{")))).toMatchObject({ code: "envelope_invalid" });
    const hopeful = "GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\nexpect: miracles\r\n\r\n";
    expect(await said(server.url, hopeful)).toMatch(/^HTTP\/1\.1 200 /);
    const long = `GET /${"x".repeat(40_000)} HTTP/1.1\r\nhost: a\r\n\r\n`;
    expect(await said(server.url, long)).toMatch(/^HTTP\/1\.1 431 .*too long/s);
  });

  test.each(["content-length: 3000000", "transfer-encoding: chunked"])(
    "reads the rest of what it has refused, and goes on with the next request on the line (%s)",
    async (framing) => {
      const { server } = await running();
      const chunked = framing.endsWith("chunked");
      const piece = chunked ? `${(50_000).toString(16)}\r\n${"x".repeat(50_000)}\r\n` : "x".repeat(50_000);
      const head = `POST /v1/batches HTTP/1.1\r\nhost: a\r\norigin: ${origin}\r\n${framing}\r\n\r\n`;
      const next = "GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
      const both = await said(server.url, `${head}${piece.repeat(60)}${chunked ? "0\r\n\r\n" : ""}${next}`);
      expect(both).toMatch(/^HTTP\/1\.1 413 .*HTTP\/1\.1 200 /s);
    },
  );

  test("answers a good request before it refuses the rubbish behind it", async () => {
    const { server, collector, store } = await running();
    const body = JSON.stringify(envelopeOf());
    const head = `POST /v1/batches HTTP/1.1\r\nhost: a\r\norigin: ${origin}\r\ncontent-length: ${body.length}`;
    const both = await said(server.url, `${head}\r\n\r\n${body}rubbish\r\n\r\n`);
    expect(both).toMatch(/^HTTP\/1\.1 204 .*HTTP\/1\.1 400 /s);
    await collector.settled();
    expect(store.stored.size).toBe(1);
  });

  test("answers bytes that are no HTTP in the shape of every error", async () => {
    const { server } = await running();
    const answer = await said(server.url, "NONSENSE\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toMatchObject({ code: "envelope_invalid" });
  });

  test("refuses batches with 503 from the moment it is closed, and closes twice without harm", async () => {
    const { collector, post, server } = await running();
    const closing = collector.close();
    const answer = await post(envelopeOf());
    expect([answer.status, (await answer.json()).code]).toEqual([503, "unavailable"]);
    await closing;
    expect((await collector.health()).status).toBe("closing");
    await server.close();
    await server.close();
  });
});

describe("the plugin", () => {
  test("lives under a prefix of somebody else's app and leaves the rest of it alone", async () => {
    const { collector } = await running();
    const app = Fastify();
    app.get("/", async () => "host");
    app.post("/echo", async (request) => request.body);
    await app.register(collector.plugin, { prefix: "/stats" });
    await app.listen({ port: 0, host: "127.0.0.1" });
    onTestFinished(() => app.close());
    const url = `http://127.0.0.1:${(app.server.address() as { port: number }).port}`;

    expect(await (await fetch(`${url}/`)).text()).toBe("host");
    const echo = await fetch(`${url}/echo`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"a":1}',
    });
    expect(await echo.json()).toEqual({ a: 1 });
    const sent = await fetch(`${url}/stats/v1/batches`, {
      method: "POST",
      headers: { origin: "https://shop.example" },
      body: JSON.stringify(envelopeOf()),
    });
    expect(sent.status).toBe(204);
    expect((await fetch(`${url}/stats/v1/batches`)).status).toBe(405);
    expect((await fetch(`${url}/stats/v1/nothing`)).status).toBe(404);
    const document = await (await fetch(`${url}/stats/openapi.json`)).json();
    expect(Object.keys(document.paths)).toContain("/v1/batches");
    expect(document.servers).toEqual([{ url: "." }]);
  });
});
