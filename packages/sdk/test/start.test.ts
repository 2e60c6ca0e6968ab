import { readEnvelope } from "@isotherm/protocol/validate";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { beacon, type IsothermError, type StartOptions } from "../src/index.js";
import { begin, leavePage, pass, restoreBrowser, settle, show } from "./support/browser.js";
import { accept, type FakeServer, fakeServer, refuse } from "./support/server.js";

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  history.replaceState(null, "", "/");
  server = fakeServer();
});
afterEach(restoreBrowser);

describe("start", () => {
  test("records the page view and sends it as one valid envelope", async () => {
    document.title = "Home";
    begin();
    await pass(5_000);
    expect(server.requests).toHaveLength(1);
    const body = server.requests[0]?.body ?? "";
    expect(readEnvelope(body, { sealed: false })).toMatchObject({ ok: true, unknown: 0, batches: [{ ok: true }] });
    expect(server.accepted()[0]).toMatchObject({
      seq: 0,
      consent: "unset",
      page: { title: "Home", nav: "load" },
      events: [{ type: "page", t: 0 }],
    });
  });

  test("sends without a custom header, and never follows a redirect", async () => {
    begin();
    await pass(5_000);
    expect(server.requests[0]?.init).toEqual({
      method: "POST",
      body: expect.any(String),
      redirect: "error",
      keepalive: false,
      signal: expect.any(AbortSignal),
    });
  });

  test("copies what is tracked at once", async () => {
    const isotherm = begin();
    const props = { step: 1 };
    isotherm.track("a", props);
    props.step = 2;
    isotherm.track("b", props);
    await isotherm.flush();
    expect(server.of("custom").map(({ name, props: sent }) => [name, sent])).toEqual([
      ["a", { step: 1 }],
      ["b", { step: 2 }],
    ]);
  });

  test("reports what cannot be tracked, and loses nothing else", async () => {
    const errors: IsothermError[] = [];
    const isotherm = begin({ onError: (error) => errors.push(error) });
    const circle: { self?: unknown } = {};
    circle.self = circle;
    isotherm.track("circle", circle as never);
    isotherm.track("big", { text: "x".repeat(40_000) });
    isotherm.track("", {});
    isotherm.track("list", [] as never);
    isotherm.goal("paid", { value: Number.NaN, currency: "euro" });
    isotherm.track("fine");
    await isotherm.flush();
    expect(errors.map(({ code }) => code)).toEqual(Array(4).fill("capture_failed"));
    expect(server.of("custom").map(({ name }) => name)).toEqual(["fine"]);
    expect(server.of("goal")).toEqual([{ type: "goal", name: "paid", t: expect.any(Number) }]);
    expect(readEnvelope(server.requests[0]?.body ?? "", { sealed: false })).toMatchObject({ batches: [{ ok: true }] });
  });

  test("freezes at identify and reset, so that a batch belongs to one user", async () => {
    const isotherm = begin();
    isotherm.track("before");
    isotherm.identify("user-1", { tier: "gold" });
    isotherm.track("during");
    isotherm.reset();
    isotherm.track("after");
    await isotherm.flush();
    expect(server.accepted().map(({ user, events }) => [user, events.map(({ type }) => type)])).toEqual([
      [undefined, ["page", "custom"]],
      ["user-1", ["identify", "custom"]],
      [undefined, ["custom"]],
    ]);
  });

  test("says in every batch after reset which log-out that was, and in none before", async () => {
    const isotherm = begin();
    isotherm.reset();
    for (const name of ["first", "second"]) {
      isotherm.track(name);
      await isotherm.flush();
    }
    isotherm.reset();
    isotherm.track("third");
    await isotherm.flush();
    const [before, first, second, third] = server.accepted().map(({ reset }) => reset);
    expect(before).toBeUndefined();
    expect(second).toBe(first);
    expect(third).toMatch(/^[0-9a-f-]{36}$/);
    expect(third).not.toBe(first);
  });

  test("answers a flush with what arrived and what waits", async () => {
    const isotherm = begin();
    expect(await isotherm.flush()).toEqual({ sent: 1, waiting: 0 });
    server.answer = () => "lost";
    isotherm.track("late");
    expect(await isotherm.flush()).toEqual({ sent: 0, waiting: 1 });
    server.answer = accept;
    expect(await isotherm.flush()).toEqual({ sent: 1, waiting: 0 });
  });

  test("does nothing in the same shape on a server", async () => {
    const { document: page } = globalThis;
    for (const name of ["document", "addEventListener", "removeEventListener"]) vi.stubGlobal(name, undefined);
    const isotherm = begin();
    isotherm.track("nothing");
    isotherm.consent("granted");
    const flushed = await isotherm.flush();
    isotherm.stop();
    vi.stubGlobal("document", page);
    expect(flushed).toEqual({ sent: 0, waiting: 0 });
    expect(server.requests).toHaveLength(0);
  });

  test("names what is missing from its options, and records nothing", async () => {
    const errors: IsothermError[] = [];
    begin({ key: "", onError: (error) => errors.push(error) });
    await pass(10_000);
    expect(errors).toMatchObject([{ code: "options_invalid", reason: expect.stringContaining("key") }]);
    expect(server.requests).toHaveLength(0);
  });

  test.each([
    ["GPC", { globalPrivacyControl: true }, { gpc: false }],
    ["DNT", { doNotTrack: "1" }, { dnt: false }],
  ])("records nobody who sends %s, unless told to", async (_name, signal, respect) => {
    vi.stubGlobal(
      "navigator",
      new Proxy(navigator, { get: (target, name) => Reflect.get(signal, name) ?? Reflect.get(target, name) }),
    );
    begin().track("nothing");
    await pass(10_000);
    expect(server.requests).toHaveLength(0);
    begin({ respect });
    await pass(10_000);
    expect(server.requests).toHaveLength(1);
  });

  test("holds what is tracked in a page that was never seen, until it is", async () => {
    show(false);
    const isotherm = begin();
    isotherm.track("early");
    await pass(10_000);
    expect(server.requests).toHaveLength(0);
    show(true);
    await pass(5_000);
    expect(server.events().map(({ type }) => type)).toEqual(["page", "custom"]);
  });

  test("stops for good, after it has sent the rest", async () => {
    const isotherm = begin();
    isotherm.track("rest");
    isotherm.stop();
    isotherm.stop();
    isotherm.track("nothing");
    isotherm.consent("granted");
    show(true);
    await pass(10_000);
    expect(server.of("custom").map(({ name }) => name)).toEqual(["rest"]);
    expect(server.accepted()[0]?.last).toBe(true);
  });
});

describe("consent", () => {
  test("captures, stores and sends nothing before it is given, and then the page view with its first referrer", async () => {
    vi.spyOn(document, "referrer", "get").mockReturnValue("https://search.example/?q=secret");
    const isotherm = begin({ consent: "required" });
    isotherm.track("too early");
    await pass(10_000);
    expect(server.requests).toHaveLength(0);
    isotherm.consent("granted");
    await pass(5_000);
    expect(server.accepted()).toMatchObject([
      { consent: "granted", page: { referrer: "https://search.example/", nav: "load" }, events: [{ type: "page" }] },
    ]);
  });

  test("denied, throws away what was not sent and records no more, in every tab", async () => {
    const isotherm = begin();
    const other = begin();
    isotherm.track("secret");
    isotherm.consent("denied");
    vi.useRealTimers();
    await vi.waitFor(
      async () => {
        other.track("still there?");
        expect(await other.flush()).toEqual({ sent: 0, waiting: 0 });
      },
      { timeout: 20_000 },
    );
    expect(await isotherm.flush()).toEqual({ sent: 0, waiting: 0 });
    expect(server.of("custom").map(({ name }) => name)).not.toContain("secret");
  });

  test("denied, leaves nothing of a capture that is loaded only then", async () => {
    let load = (): void => {};
    const isotherm = begin({
      use: [
        (_emit, { beforeFreeze, listen }) => {
          load = () => {
            beforeFreeze(() => server.requests.push(undefined as never));
            listen(window, "late", () => server.requests.push(undefined as never));
          };
          return () => {};
        },
      ],
      consent: "required",
    });
    isotherm.consent("denied");
    load();
    window.dispatchEvent(new Event("late"));
    isotherm.consent("granted");
    await isotherm.flush();
    expect(server.requests.every(Boolean)).toBe(true);
  });

  test("granted again after a refusal, begins as another tab", async () => {
    const isotherm = begin();
    await isotherm.flush();
    isotherm.consent("denied");
    isotherm.consent("granted");
    await isotherm.flush();
    const [before, after] = server.requests.map(({ envelope }) => envelope.batches[0]);
    expect(after?.tab).not.toBe(before?.tab);
    expect(after).toMatchObject({ seq: 0, consent: "granted" });
  });
});

describe("beforeSend", () => {
  test("decides what a batch says, once, and a refused one takes no number", async () => {
    const seen: string[] = [];
    const isotherm = begin({
      beforeSend(batch) {
        const [event] = batch.events;
        const name = event?.type === "custom" ? event.name : "page";
        seen.push(name);
        if (name === "throws") throw new Error("no");
        return name === "refused" ? null : { ...batch, page: { ...batch.page, title: "changed" } };
      },
    });
    for (const name of ["first", "refused", "throws", "second"]) {
      await isotherm.flush();
      isotherm.track(name);
    }
    await isotherm.flush();
    expect(seen).toEqual(["page", "first", "refused", "throws", "second"]);
    expect(server.accepted().map(({ seq, page, dropped }) => [seq, page.title, dropped])).toEqual([
      [0, "changed", undefined],
      [1, "changed", undefined],
      [2, "changed", { before_send: 2 }],
    ]);
  });
});

test("A beforeSend that makes a batch too large gets its halves, and loses no event", async () => {
  const isotherm = begin({
    beforeSend: (batch) => ({ ...batch, events: batch.events.map((event) => ({ ...event, more: "x".repeat(3_000) })) }),
  });
  for (let i = 0; i < 30; i++) isotherm.track(`${i}`);
  await isotherm.flush();
  expect(server.of("custom").map(({ name }) => name)).toEqual(Array.from({ length: 30 }, (_, i) => `${i}`));
  expect(server.accepted().map(({ seq, dropped }) => [seq, dropped])).toEqual(
    server.accepted().map((_, i) => [i, undefined]),
  );
  expect(server.accepted().length).toBeGreaterThan(2);
});

describe("a beforeSend that gives", () => {
  test.each<[string, unknown, number]>([
    ["a promise", async (batch: object) => batch, 1],
    ["no object", () => true, 1],
    ["an object that is no batch", () => ({}), 1],
    ["events that are no list", (batch: object) => ({ ...batch, events: "all" }), 1],
    ["what JSON cannot say", (batch: object) => ({ ...batch, at: 1n }), 1],
    ["what is nothing in JSON", (batch: object) => ({ ...batch, toJSON: () => undefined }), 0],
  ])("%s costs that batch alone, and the page notices nothing", async (_name, give, told) => {
    const errors: IsothermError[] = [];
    const beforeSend = give as NonNullable<StartOptions["beforeSend"]>;
    let first = true;
    const isotherm = begin({
      onError: (error) => errors.push(error),
      beforeSend: (batch) => (first ? beforeSend(batch) : batch),
    });
    // Thrown out of a timer, it would be the page's error.
    await pass(5_000);
    first = false;
    isotherm.track("after");
    expect(await isotherm.flush()).toEqual({ sent: 1, waiting: 0 });
    expect(server.accepted()).toMatchObject([{ seq: 0, dropped: { before_send: 1 }, events: [{ name: "after" }] }]);
    expect(errors.map(({ code }) => code)).toEqual(Array(told).fill("capture_failed"));
  });
});

describe("the end of a page", () => {
  test("sends the rest with keepalive, once, and marks it as the last", async () => {
    const isotherm = begin();
    isotherm.track("rest");
    leavePage();
    await settle();
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.init.keepalive).toBe(true);
    expect(server.accepted()[0]?.last).toBe(true);
  });

  test("says that nothing follows also where everything has been told already", async () => {
    const isotherm = begin();
    await isotherm.flush();
    leavePage();
    await settle();
    expect(server.accepted()).toMatchObject([
      { seq: 0, events: [{ type: "page" }] },
      { seq: 1, last: true, events: [{ type: "attention", bands: [], engaged: 0 }] },
    ]);
    const body = server.requests[1]?.body ?? "";
    expect(readEnvelope(body, { sealed: false })).toMatchObject({ ok: true, unknown: 0, batches: [{ ok: true }] });
  });

  test("keeps within what browsers let such requests carry, and sends the others later", async () => {
    server.answer = () => "lost";
    const isotherm = begin();
    for (let i = 0; i < 4; i++) {
      isotherm.track("big", { text: "ü".repeat(12_000) });
      await isotherm.flush();
    }
    server.requests.length = 0;
    leavePage();
    await settle();
    expect(server.requests.map(({ body }) => new TextEncoder().encode(body).length)).toEqual([expect.any(Number)]);
    expect(new TextEncoder().encode(server.requests[0]?.body).length).toBeLessThanOrEqual(61_440);
    server.answer = accept;
    show(true);
    expect((await isotherm.flush()).waiting).toBe(0);
    expect(server.of("custom")).toHaveLength(4);
  });

  test("uses a beacon where there is no keepalive, and forgets nothing for it", async () => {
    const beacons: string[] = [];
    vi.stubGlobal("Request", class {});
    vi.spyOn(navigator, "sendBeacon").mockImplementation((_to, body) => beacons.push(String(body)) > 0);
    const isotherm = begin({ use: [beacon()] });
    show(false);
    await settle();
    expect(beacons).toHaveLength(1);
    expect(server.requests).toHaveLength(0);
    show(true);
    await isotherm.flush();
    expect(server.accepted().map(({ id }) => id)).toEqual([JSON.parse(beacons[0] ?? "").batches[0].id]);
  });

  test("sends what happens while the page is hidden without a timer", async () => {
    const isotherm = begin();
    show(false);
    await settle();
    isotherm.track("in the background");
    await settle();
    expect(server.of("custom")).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("refusals", () => {
  test("hears of a batch that the server rejected, and forgets it", async () => {
    const errors: IsothermError[] = [];
    server.answer = () =>
      refuse(202, { accepted: 0, duplicate: 0, rejected: [{ id: "x", code: "batch_invalid", message: "bad vw" }] });
    const isotherm = begin({ onError: (error) => errors.push(error) });
    expect((await isotherm.flush()).waiting).toBe(0);
    expect(errors).toMatchObject([{ code: "delivery_refused", reason: [202, { rejected: [{ message: "bad vw" }] }] }]);
  });

  test.each<[string, () => void]>([
    [
      "channels between tabs are forbidden",
      () =>
        vi.stubGlobal(
          "BroadcastChannel",
          class {
            constructor() {
              throw new DOMException("denied", "SecurityError");
            }
          },
        ),
    ],
    ["channels between tabs are unknown", () => vi.stubGlobal("BroadcastChannel", undefined)],
    ["the history is frozen", () => vi.stubGlobal("history", Object.freeze({ pushState() {}, replaceState() {} }))],
  ])("records where %s", async (_name, prepare) => {
    prepare();
    const isotherm = begin();
    isotherm.track("a");
    await isotherm.flush();
    expect(server.of("custom")).toHaveLength(1);
  });
});
