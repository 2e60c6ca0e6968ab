import type { Batch } from "@isotherm/protocol";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { backoff } from "../src/backoff.js";
import type { Capture, IsothermError } from "../src/index.js";
import { begin, leavePage, pass, restoreBrowser, settle, show } from "./support/browser.js";
import { accept, type FakeServer, fakeServer, refuse } from "./support/server.js";

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  server = fakeServer();
});
afterEach(restoreBrowser);

describe("delivery", () => {
  test.each([
    ["a captive portal's page", () => new Response("<html>", { status: 200 })],
    ["a 202 that is not ours", () => new Response("ok", { status: 202 })],
    ["a deploy's 404", () => new Response("not found", { status: 404 })],
    ["a 400 that is not ours", () => new Response("bad request", { status: 400 })],
    ["a 500", () => refuse(500)],
    ["a 500 whose body is null", () => refuse(500, null)],
    ["a date to come back at", () => refuse(503, {}, { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" })],
    ["a lost answer", (): "lost" => "lost"],
  ])("keeps a batch over %s, and sends the same bytes again", async (_name, answer) => {
    server.answer = answer;
    const isotherm = begin();
    expect(await isotherm.flush()).toEqual({ sent: 0, waiting: 1 });
    server.answer = accept;
    await pass(300_001);
    expect((await isotherm.flush()).waiting).toBe(0);
    const bodies = new Set(server.requests.map(({ envelope }) => JSON.stringify(envelope.batches)));
    expect(bodies.size).toBe(1);
    expect(server.accepted()).toHaveLength(1);
  });

  test("puts the time of the attempt into each envelope", async () => {
    server.answer = () => "lost";
    begin();
    await pass(60_000);
    const times = server.requests.map(({ envelope }) => envelope.sentAt ?? 0);
    expect(times.length).toBeGreaterThan(2);
    expect(new Set(times).size).toBe(times.length);
  });

  test("waits as long as it is asked to", async () => {
    server.answer = () => refuse(503, {}, { "retry-after": "120" });
    begin();
    await pass(5_000);
    await pass(119_000);
    expect(server.requests).toHaveLength(1);
    server.answer = accept;
    await pass(2_000);
    expect(server.accepted()).toHaveLength(1);
  });

  test("gives a stalled connection up", async () => {
    const stalled = new AbortController();
    vi.spyOn(AbortSignal, "timeout").mockReturnValue(stalled.signal);
    server.answer = () => "lost";
    const isotherm = begin();
    for (let i = 0; i < 4; i++) {
      isotherm.track(`${i}`);
      await isotherm.flush();
    }
    server.answer = ({ init }) =>
      new Promise((resolve) => init.signal?.addEventListener("abort", () => resolve("lost"), { once: true }));
    const flushed = isotherm.flush();
    await settle();
    stalled.abort();
    expect(await flushed).toEqual({ sent: 0, waiting: 4 });
    server.answer = accept;
    expect(await isotherm.flush()).toEqual({ sent: 4, waiting: 0 });
  });

  test("does not wait for a clock that was set back", async () => {
    server.answer = () => refuse(503, {}, { "retry-after": "120" });
    begin();
    await pass(5_000);
    vi.setSystemTime(Date.now() - 86_400_000);
    server.answer = accept;
    await pass(121_000);
    expect(server.accepted()).toHaveLength(1);
  });

  test("asks a server that does not know the key seldom, and says so", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const errors: IsothermError[] = [];
    server.answer = () => refuse(401, { code: "key_unknown", message: "no such key" });
    begin({ onError: (error) => errors.push(error) });
    await pass(5_000);
    await pass(60_000);
    expect(server.requests).toHaveLength(1);
    expect(errors).toMatchObject([{ code: "delivery_refused", reason: [401, { message: "no such key" }] }]);
  });

  test("tries within two seconds of the network's return", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.999);
    server.answer = () => "lost";
    begin();
    await pass(200_000);
    server.answer = accept;
    window.dispatchEvent(new Event("online"));
    await pass(2_000);
    expect(server.accepted()).toHaveLength(1);
  });

  test("does not take the network's return for the server's leave", async () => {
    server.answer = () => refuse(429, {}, { "retry-after": "600" });
    begin();
    await pass(5_000);
    window.dispatchEvent(new Event("online"));
    await pass(500_000);
    expect(server.requests).toHaveLength(1);
  });

  test("sets no timer while hidden, and goes on when shown", async () => {
    server.answer = () => "lost";
    begin();
    await pass(5_000);
    show(false);
    await settle();
    expect(vi.getTimerCount()).toBe(0);
    server.answer = accept;
    show(true);
    await pass(300_001);
    expect(server.accepted()).toHaveLength(1);
  });

  test("in a hidden page waits as long as it has to, and sends together what happened in one task", async () => {
    server.answer = () => refuse(503, {}, { "retry-after": "600" });
    const isotherm = begin();
    await pass(5_000);
    show(false);
    await settle();
    for (let i = 0; i < 20; i++) {
      isotherm.track(`${i}`);
      await settle();
    }
    expect(server.requests).toHaveLength(1);
    leavePage();
    await settle();
    expect(server.requests).toHaveLength(2);
    server.answer = accept;
    show(true);
    vi.setSystemTime(Date.now() + 600_001);
    for (let i = 20; i < 30; i++) isotherm.track(`${i}`);
    show(false);
    await settle();
    expect(server.of("custom")).toHaveLength(30);
  });

  test("sends from a hidden page one request at a time", async () => {
    let answer: (response: Response) => void = () => {};
    const isotherm = begin();
    await isotherm.flush();
    show(false);
    await settle();
    server.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const before = server.requests.length;
    for (let i = 0; i < 5; i++) {
      isotherm.track(`${i}`);
      await settle();
    }
    expect(server.requests.length - before).toBe(1);
    server.answer = accept;
    answer(accept());
    await settle();
    expect(server.of("custom")).toHaveLength(5);
    expect(server.requests.length - before).toBe(2);
  });

  test("sends what comes after the page was left beside its last request, as web vitals do", async () => {
    let late = (): void => {};
    begin({
      use: [
        (emit) => {
          late = () => emit({ type: "vital", name: "CLS", value: 0, rating: "good" });
          return () => {};
        },
      ],
    });
    server.answer = () => new Promise(() => {});
    addEventListener("visibilitychange", () => late(), { once: true, capture: true });
    leavePage();
    await settle();
    const sent = server.requests.flatMap(({ envelope }) => envelope.batches.map(({ events }) => events[0]?.type));
    expect(sent).toEqual(["page", "vital"]);
  });

  test("sends again what it never heard of, once the page comes back from the back/forward cache", async () => {
    // As in Firefox, where the answer comes while the page is in there.
    server.answer = () => new Promise(() => {});
    const isotherm = begin();
    isotherm.track("while it lived");
    await pass(5_000);
    isotherm.track("as it was left");
    leavePage();
    await settle();
    expect(server.requests).toHaveLength(2);
    server.answer = accept;
    show(true);
    window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    isotherm.track("after");
    await pass(10_000);
    expect(server.of("custom").map(({ name }) => name)).toEqual(["while it lived", "as it was left", "after"]);
  });

  test("sends one request at a time also after a restore, whatever had been planned before", async () => {
    server.answer = () => "lost";
    const isotherm = begin();
    isotherm.track("before");
    // Another attempt is due soon.
    await pass(5_000);
    server.answer = () => new Promise(() => {});
    leavePage();
    await settle();
    const before = server.requests.length;
    show(true);
    window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    await pass(3_600_000);
    expect(server.requests.length - before).toBe(1);
  });

  test("goes on after a drain of the outbox that failed, and says so", async () => {
    const errors: IsothermError[] = [];
    let fails = true;
    const outbox: Capture = (_emit, context) => {
      context.outbox = {
        ahead() {},
        put() {},
        forget() {},
        async drain(send) {
          if (fails) throw new Error("no");
          await send();
        },
      };
      return () => {};
    };
    const isotherm = begin({ use: [outbox], onError: (error) => errors.push(error) });
    isotherm.track("kept");
    expect(await isotherm.flush()).toEqual({ sent: 0, waiting: 1 });
    fails = false;
    await pass(5_000);
    expect(server.of("custom").map(({ name }) => name)).toEqual(["kept"]);
    expect(new Set(errors.map(({ code, reason }) => `${code}: ${reason}`))).toEqual(
      new Set(["capture_failed: Error: no"]),
    );
  });

  test("does not take another's JSON for an answer", async () => {
    server.answer = () => refuse(202, { rejected: true });
    const isotherm = begin();
    expect(await isotherm.flush()).toEqual({ sent: 0, waiting: 1 });
  });

  test("divides a refused envelope until the batch that is to blame stands alone", async () => {
    server.answer = () => "lost";
    const errors: IsothermError[] = [];
    const isotherm = begin({ onError: (error) => errors.push(error) });
    for (const name of ["a", "b", "bad", "c", "d"]) {
      isotherm.track(name);
      await isotherm.flush();
    }
    const bad = (batch: Batch): boolean =>
      batch.events.some((event) => event.type === "custom" && event.name === "bad");
    server.answer = ({ envelope }) =>
      envelope.batches.some(bad) ? refuse(400, { code: "envelope_invalid", message: "bad" }) : accept();
    expect(await isotherm.flush()).toEqual({ sent: 4, waiting: 0 });
    isotherm.track("after");
    await isotherm.flush();
    expect(server.of("custom").map(({ name }) => name)).toEqual(["a", "b", "c", "d", "after"]);
    expect(errors).toContainEqual({
      code: "delivery_refused",
      reason: [400, { code: "envelope_invalid", message: "bad" }],
    });
  });

  test("divides what is too large for a server", async () => {
    server.answer = () => "lost";
    const isotherm = begin();
    for (let i = 0; i < 6; i++) {
      isotherm.track(`${i}`);
      await isotherm.flush();
    }
    server.answer = ({ envelope }) => (envelope.batches.length > 2 ? refuse(413) : accept());
    expect((await isotherm.flush()).waiting).toBe(0);
    expect(server.of("custom")).toHaveLength(6);
  });

  test("bounds what waits in memory, and counts what it discards", async () => {
    server.answer = () => "lost";
    const isotherm = begin();
    for (let i = 0; i < 505; i++) {
      isotherm.track("x");
      await isotherm.flush();
    }
    server.answer = accept;
    await isotherm.flush();
    isotherm.track("after");
    await isotherm.flush();
    expect(server.accepted()).toHaveLength(501);
    expect(server.accepted().at(-1)).toMatchObject({ seq: 500, dropped: { quota: 5 } });
  });
});

describe("backoff", () => {
  test("stays between what the server asks for and five minutes, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(10_000_000),
        (n, random, asked) => {
          vi.spyOn(Math, "random").mockReturnValue(random);
          const wait = backoff(0, n + 1, asked);
          expect(wait).toBeGreaterThanOrEqual(Math.min(asked, 3_600_000));
          expect(wait).toBeLessThanOrEqual(Math.max(300_000, Math.min(asked, 3_600_000)));
          if (n === 0 && asked === 0) expect(wait).toBeLessThanOrEqual(1_000);
        },
      ),
    );
  });
});
