import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { fileJournal } from "@isotherm/journal/file";
import type { Refusal } from "@isotherm/protocol";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { RelayError } from "@isotherm/relay";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../kit/folder.js";
import { listening } from "../kit/listening.js";
import { intakePath } from "../kit/relay.js";
import { startServer } from "../kit/server.js";
import { standIn } from "../kit/stand-in.js";
import { until } from "../kit/until.js";

const page = { origin: "https://shop.example", "content-type": "text/plain;charset=UTF-8" };
const send = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url + intakePath, {
    method: "POST",
    headers: { ...page, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

/** Writes bytes to a port and reads until the other side is done. */
async function raw(url: string, ...parts: string[]): Promise<string> {
  const { port } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let said = "";
  socket.on("data", (chunk) => {
    said += chunk.toString();
  });
  socket.on("error", () => {});
  for (const part of parts) socket.write(part);
  await until(
    () => said,
    (text) => text.includes("\r\n\r\n"),
  );
  return said;
}

describe("relay server", () => {
  test("takes batches over HTTP, and says the same as the core where it refuses them", async () => {
    const collector = await standIn();
    const { url, relay } = await startServer(collector);
    const batch = batchOf({ at: Date.now() });
    const taken = await send(url, envelopeOf({ batches: [batch] }), { "x-request-id": "from-the-page" });
    expect([taken.status, taken.headers.get("x-request-id")]).toEqual([204, "from-the-page"]);
    expect(taken.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    for (const [body, headers, status, code] of [
      ["{", {}, 400, "envelope_invalid"],
      ["", {}, 400, "envelope_invalid"],
      [" ".repeat(2_097_152), {}, 413, "body_too_large"],
      ["x", { "content-encoding": "br" }, 415, "encoding_unsupported"],
      ["x", { "content-type": "multipart/form-data" }, 400, "envelope_invalid"],
      ["x", { "content-type": "garbage" }, 415, "encoding_unsupported"],
      ["x", { origin: "https://evil.example" }, 403, "origin_refused"],
    ] as const) {
      const refused = await send(url, body, headers);
      const refusal = (await refused.json()) as Refusal;
      expect([refused.status, refusal.code, refusal.requestId]).toEqual([
        status,
        code,
        refused.headers.get("x-request-id"),
      ]);
    }
    await relay.drained();
    expect([...collector.stored.keys()]).toEqual([batch.id]);
    const { requests, balanced } = await relay.ledger();
    expect({ requests, balanced }).toEqual({
      requests: { envelope_invalid: 3, body_too_large: 1, encoding_unsupported: 2, origin_refused: 1 },
      balanced: true,
    });
  });

  test("cuts a request off that is not whole after half a minute, and gives back what it held", async () => {
    const { url, relay } = await startServer(await standIn());
    const path = `${intakePath}/0193a5b0-7c00-4abc-8def-012345670010`;
    const head = `POST ${path} HTTP/1.1\r\nhost: x\r\norigin: https://shop.example\r\ncontent-length: 100000\r\n\r\n`;
    const began = performance.now();
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(head + " ".repeat(99_999)));
    socket.on("error", () => undefined).resume();
    await once(socket, "close");
    const seconds = (performance.now() - began) / 1_000;
    expect(seconds).toBeGreaterThan(29);
    // Node's own minute and the half a minute between two of its looks would make it 60 to 90.
    expect(seconds).toBeLessThan(55);
    await until(
      async () => (await relay.health()).intake.bytes,
      (bytes) => bytes === 0,
    );
  }, 120_000);

  test("answers every path in the one shape, with an id", async () => {
    const { url } = await startServer(await standIn());
    for (const [path, method, status, code] of [
      ["/", "GET", 404, "not_found"],
      ["/%zz", "GET", 404, "not_found"],
      [intakePath, "GET", 405, "method_refused"],
      [intakePath, "PUT", 405, "method_refused"],
      [`${intakePath}/`, "POST", 404, "not_found"],
    ] as const) {
      const response = await fetch(url + path, { method });
      expect([path, response.status, ((await response.json()) as Refusal).code]).toEqual([path, status, code]);
      expect(response.headers.get("x-request-id")).not.toBeNull();
    }
    expect((await fetch(`${url}${intakePath}`, { method: "GET" })).headers.get("allow")).toBe("POST, OPTIONS");
    const preflight = await fetch(url + intakePath, { method: "OPTIONS", headers: page });
    expect([preflight.status, preflight.headers.get("access-control-max-age")]).toEqual([204, "86400"]);
  });

  test("answers what is no HTTP in the one shape, and closes the line", async () => {
    const { url } = await startServer(await standIn());
    const said = await raw(url, "no such thing\r\n\r\n");
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(said.slice(said.indexOf("{")))).toMatchObject({ code: "envelope_invalid" });
    expect(said).toMatch(/\r\nx-request-id: [0-9a-f-]{36}\r\n/);
    expect(await raw(url, `GET / HTTP/1.1\r\nx: ${"y".repeat(100_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  test("answers a request without a host, or with an expectation, in the one shape", async () => {
    const { url } = await startServer(await standIn());
    const nameless = await raw(url, "GET /health/live HTTP/1.1\r\n\r\n");
    expect(nameless).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(nameless.slice(nameless.indexOf("{")))).toMatchObject({ code: "envelope_invalid" });
    expect(await raw(url, "GET /health/live HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 /);
    expect(await raw(url, "GET /health/live HTTP/1.1\r\nhost: a\r\nexpect: miracles\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });

  test("answers a good request before it refuses the rubbish behind it", async () => {
    const collector = await standIn();
    const { url, relay } = await startServer(collector);
    const batch = batchOf({ at: Date.now() });
    const body = JSON.stringify(envelopeOf({ batches: [batch] }));
    const head = `POST ${intakePath} HTTP/1.1\r\nhost: a\r\norigin: https://shop.example\r\ncontent-length: ${body.length}`;
    const said = await raw(url, `${head}\r\n\r\n${body}rubbish\r\n\r\n`);
    expect(said).toMatch(/^HTTP\/1\.1 204 /);
    await relay.drained();
    expect([...collector.stored.keys()]).toEqual([batch.id]);
  });

  test("serves script and health, also to HEAD", async () => {
    const { url, relay } = await startServer(await standIn());
    const script = await fetch(url + relay.script.path, { method: "HEAD" });
    expect([script.status, script.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
    expect((await (await fetch(url + relay.script.path)).text()).length).toBeGreaterThan(100);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: "ok" });
  });

  test("reads a chunked body no further than its limit", async () => {
    const { url } = await startServer(await standIn());
    const head = `POST ${intakePath} HTTP/1.1\r\nhost: a\r\norigin: https://shop.example\r\ntransfer-encoding: chunked\r\n\r\n`;
    const chunk = `${(65_536).toString(16)}\r\n${" ".repeat(65_536)}\r\n`;
    expect(await raw(url, head, ...Array<string>(20).fill(chunk))).toMatch(/^HTTP\/1\.1 413 /);
  });

  test.each(["content-length: 3000000", "transfer-encoding: chunked"])(
    "reads the rest of what it has refused, and goes on with the next request on the line (%s)",
    async (framing) => {
      const { url } = await startServer(await standIn());
      const head = `POST ${intakePath} HTTP/1.1\r\nhost: a\r\norigin: https://shop.example\r\n${framing}\r\n\r\n`;
      const chunked = framing.endsWith("chunked");
      const piece = chunked ? `${(50_000).toString(16)}\r\n${"x".repeat(50_000)}\r\n` : "x".repeat(50_000);
      const next = "GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      onTestFinished(() => void socket.destroy());
      let said = "";
      socket.on("data", (chunk) => {
        said += chunk;
      });
      socket.write(`${head}${piece.repeat(60)}${chunked ? "0\r\n\r\n" : ""}${next}`);
      await once(socket, "close");
      expect(said).toMatch(/^HTTP\/1\.1 413 .*HTTP\/1\.1 200 /s);
    },
  );

  test("takes the visitor's address from a proxy that it trusts, and from no other", async () => {
    const collector = await standIn();
    const places = { countryHeader: "CF-IPCountry", regionHeader: "CF-Region", cityHeader: "CF-IPCity" };
    const trusting = await startServer(collector, { trustProxy: ["127.0.0.1"], ...places });
    const careful = await startServer(collector, places);
    const batches = [batchOf({ at: Date.now() }), batchOf({ at: Date.now() })];
    const placed = { "cf-ipcountry": "FR", "cf-region": "Brittany", "cf-ipcity": "Brest" };
    const headers = { "x-forwarded-for": "1.2.3.4, 198.51.100.23", ...placed };
    await send(trusting.url, envelopeOf({ batches: batches.slice(0, 1) }), headers);
    await send(careful.url, envelopeOf({ batches: batches.slice(1) }), headers);
    await Promise.all([trusting.relay.drained(), careful.relay.drained()]);
    const [believed, ignored] = batches.map(({ id }) => collector.stored.get(id)?.edge);
    expect(believed).toMatchObject({ ip: "198.51.100.0", country: "FR", region: "Brittany", city: "Brest" });
    expect(ignored).toMatchObject({ ip: "127.0.0.0" });
    for (const field of ["country", "region", "city"]) expect(ignored).not.toHaveProperty(field);
  });

  test("gives Prometheus the ledger and the states, on a port of its own", async () => {
    const collector = await standIn();
    const { url, metricsUrl, relay } = await startServer(collector);
    await send(url, envelopeOf({ batches: [batchOf(), batchOf()] }));
    await send(url, "{");
    await relay.drained();
    const text = await (await fetch(`${metricsUrl}`)).text();
    expect(text).toContain(`isotherm_relay_batches_total{key="${collector.key}",outcome="journaled",reason=""} 2`);
    expect(text).toContain('isotherm_relay_requests_refused_total{reason="envelope_invalid"} 1');
    expect(text).toContain('isotherm_relay_target_batches_total{target="isotherm",outcome="forwarded",reason=""} 2');
    expect(text).toContain('isotherm_relay_target_state{target="isotherm",state="running"} 1');
    expect(text).toContain("isotherm_relay_ready 1");
    expect(text).toMatch(/isotherm_relay_answer_seconds_count\{status="204"\} 1/);
    const ledger = await (await fetch(`${metricsUrl}`.replace("/metrics", "/ledger"))).json();
    expect(ledger).toMatchObject({
      keys: { [collector.key]: { received: 2, journaled: 2, duplicate: 0, refused: {} } },
      targets: { isotherm: { journaled: 2, forwarded: 2, waiting: 0, dead: 0 } },
      requests: { envelope_invalid: 1 },
      balanced: true,
    });
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    expect((await fetch(`${url}/ledger`)).status).toBe(404);
  });

  test("hands other paths on as they are, with the body, and says so when nobody is there", async () => {
    const upstream = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on("end", () => response.end(JSON.stringify({ url: request.url, body, host: request.headers.host })));
    });
    const to = await listening(upstream);
    const proxy = [
      { path: "/", to },
      { path: "/gone", to: "http://127.0.0.1:1" },
    ];
    const collector = await standIn();
    const { url, relay } = await startServer(collector, {}, { proxy });
    const posted = await fetch(`${url}/a/b?c=d`, { method: "POST", body: "hello", headers: { "content-type": "a/b" } });
    expect(await posted.json()).toEqual({ url: "/a/b?c=d", body: "hello", host: to.slice(7) });
    const away = await fetch(`${url}/gone/x`);
    expect([away.status, ((await away.json()) as Refusal).code]).toEqual([503, "unavailable"]);
    expect((await send(url, envelopeOf())).status).toBe(204);
    await relay.drained();
    expect(collector.stored.size).toBe(1);
  });

  test.each([
    [[{ path: "stats", to: "http://127.0.0.1:1" }], "proxy[0].path: must begin with a slash"],
    [[{ path: `${intakePath}/x`, to: "http://127.0.0.1:1" }], "proxy[0].path: /f3k9q2w7/x collides"],
    [[{ path: "/health", to: "http://127.0.0.1:1" }], "proxy[0].path: /health collides"],
    [[{ path: "/a", to: "nowhere" }], "proxy[0].to: write the other server's address"],
    [
      [
        { path: "/a", to: "http://127.0.0.1:1" },
        { path: "/a/", to: "http://127.0.0.1:1" },
      ],
      "proxy[1].path: /a",
    ],
  ])("refuses the proxies %j", async (proxy, expected) => {
    const collector = await standIn();
    const started = startServer(collector, {}, { proxy });
    await expect(started).rejects.toThrow(RelayError);
    await expect(started).rejects.toThrow(expected);
  });

  test("ends although a client has not sent all it announced", async () => {
    const { url, close } = await startServer(await standIn(), { drainMs: 200 });
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.on("error", () => {});
    socket.write(`POST ${intakePath} HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{`);
    await until(
      async () => (await (await fetch(`${url}/health/live`)).json()) as object,
      () => true,
    );
    const started = performance.now();
    await close();
    // Node's own patience with a request is five minutes.
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  test("refuses what arrives while it closes in the one shape, for pages to read", async () => {
    const { url, close } = await startServer(await standIn(), { drainMs: 2_000 });
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    let said = "";
    socket.on("data", (chunk) => {
      said += chunk.toString();
    });
    await once(socket, "connect");
    socket.write(`POST ${intakePath} HTTP/1.1\r\nhost: a\r\norigin: https://shop.example\r\n`);
    await fetch(`${url}/health/live`);
    const closed = close();
    socket.write("content-length: 2\r\n\r\n{}");
    await once(socket, "close");
    expect(said).toMatch(/^HTTP\/1\.1 503 /);
    expect(JSON.parse(said.slice(said.indexOf("{")))).toMatchObject({ code: "unavailable" });
    for (const header of ["retry-after: 5", "access-control-allow-origin: https://shop.example", "x-request-id: "]) {
      expect(said).toContain(`\r\n${header}`);
    }
    await closed;
  });

  test("goes on where it was after a restart: nothing lost, and nothing settled sent again", async () => {
    const folder = await temporaryFolder();
    const collector = await standIn();
    const open = () => fileJournal({ folder: `${folder}/journal` });
    const ids: string[] = [];
    let settled: readonly (readonly [id: string, arrivals: number | undefined])[] = [];
    for (let round = 0; round < 3; round++) {
      const journal = await open();
      const { url, close } = await startServer(collector, { folder, journal, drainMs: 50 });
      collector.next = () => (collector.stored.size >= ids.length - 5 ? { status: 500 } : "take");
      for (let i = 0; i < 12; i++) {
        const batch = batchOf({ at: Date.now(), seq: i });
        ids.push(batch.id);
        expect((await send(url, envelopeOf({ batches: [batch] }))).status).toBe(204);
      }
      await close();
      for (const [id, arrivals] of settled) expect([id, collector.arrivals.get(id)]).toEqual([id, arrivals]);
      const { readers } = await journal.stats();
      const passed = ids.slice(0, readers.isotherm?.position);
      expect(passed.filter((id) => !collector.stored.has(id))).toEqual([]);
      settled = passed.map((id) => [id, collector.arrivals.get(id)]);
      await journal.close();
    }
    collector.next = () => "take";
    const journal = await open();
    onTestFinished(() => journal.close());
    const { relay } = await startServer(collector, { folder, journal });
    await relay.drained();
    expect([...collector.stored.keys()].sort()).toEqual([...ids].sort());
    expect(await relay.ledger()).toMatchObject({
      balanced: true,
      targets: { isotherm: { journaled: 36, forwarded: 36, waiting: 0 } },
    });
  });
});
