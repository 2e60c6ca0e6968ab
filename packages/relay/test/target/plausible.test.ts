import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { Event, SealedBatch } from "@isotherm/protocol";
import { edgeOf, fixtures, fixtureTime, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { optionCheck } from "../../src/option-check.js";
import { type PlausibleTargetOptions, plausible, plausibleChecks } from "../../src/target/plausible.js";
import { answer } from "../kit/answer.js";
import { backend, type Seen } from "../kit/backend.js";
import { forwarding } from "../kit/forwarding.js";
import { examples, jsonOf, requestsOf, selectAll } from "../kit/requests.js";

const optionsOf = (more: Partial<PlausibleTargetOptions> = {}): PlausibleTargetOptions => ({
  type: "plausible",
  domain: "shop.example",
  ...more,
});
const custom = (name: string, t = 0): Event => ({ type: "custom", t, name });
const { url, referrer } = pageOf();
const known = { u: url, d: "shop.example" };
const now = (): number => fixtureTime + 2_000;

/** The tracker on a page of the shop, its requests on their way to `endpoint`. */
async function tracker(endpoint: string) {
  const height = { scrollHeight: 4_200, offsetHeight: 4_200, clientHeight: 4_200 };
  const document = { referrer, body: height, documentElement: height, addEventListener: () => {} };
  const location = new URL(url);
  vi.stubGlobal("window", {
    fetch,
    navigator: {},
    localStorage: {},
    innerHeight: 720,
    scrollY: 0,
    addEventListener() {},
  });
  vi.stubGlobal("document", document);
  vi.stubGlobal("location", location);
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
    },
  );
  onTestFinished(() => void vi.unstubAllGlobals());
  const bench = createRequire(new URL("../../../../bench/package.json", import.meta.url));
  const { init, track } = await import(pathToFileURL(bench.resolve("@plausible-analytics/tracker")).href);
  init({ domain: "shop.example", endpoint, autoCapturePageviews: false, logging: false, bindToWindow: false });
  return (name: string, options: object) =>
    new Promise<void>((resolve, reject) => {
      const callback = ({ error }: { error?: Error } = {}): void => (error === undefined ? resolve() : reject(error));
      track(name, { ...options, callback });
    });
}

test("sends what Plausible's own tracker sends for the same", async () => {
  const there = await backend();
  there.reply = () => ({ status: 202, body: "ok" });
  const track = await tracker(`${there.url}/api/event`);
  await track("pageview", {});
  await track("Signup", { props: { plan: "pro" } });
  await track("Seen", { interactive: false });
  await track("purchase", { revenue: { amount: 49.9, currency: "EUR" } });
  await track("Outbound Link: Click", { props: { url: "https://elsewhere.example/pay" } });
  const theirs = there.seen.splice(0);

  const click = { type: "click", t: 4, n: 0, x: 1, y: 1, el: "a", ex: 0, ey: 0 } as const;
  const { append, settled } = await forwarding(plausible(optionsOf({ url: there.url, events: selectAll })), now);
  const events: readonly Event[] = [
    { type: "page", t: 0 },
    { type: "custom", t: 1, name: "Signup", props: { plan: "pro" } },
    { type: "custom", t: 2, name: "Seen", passive: true },
    { type: "goal", t: 3, name: "purchase", value: 49.9, currency: "EUR" },
    { ...click, out: "https://elsewhere.example/pay" },
  ];
  await append([sealedBatchOf({ events })]);
  expect(await settled()).toMatchObject({ forwarded: 1 });

  const said = ({ method, path, body }: Seen) => {
    const { v: _version, ...message } = JSON.parse(body);
    return { method, path, message };
  };
  expect(there.seen.map(said)).toEqual(theirs.map(said));
});

test("has a word for every event but for who a visitor is", () => {
  const requests = requestsOf(plausible(optionsOf({ events: selectAll })), [
    sealedBatchOf({ events: [...examples, { type: "scroll", t: 9, path: [0], max: 457 }] }),
  ]);
  const { type: _click, t: _t, ...click } = fixtures.click;
  const message = (n: string, more: object = {}) => ({ n, ...known, r: referrer, ...more });
  expect(requests.map((request) => jsonOf(request))).toEqual([
    message("pageview"),
    message("File Download", { p: { url: click.file } }),
    message("dead", { p: { of: "0" }, i: false }),
    message("move", { p: { path: JSON.stringify(fixtures.move.path) }, i: false }),
    message("scroll", { p: { path: "[0,80,240,120,960]", max: "457", el: fixtures.scroll.el }, i: false }),
    { n: "engagement", ...known, e: 4_700, sd: 46 },
    message("input", { p: { el: fixtures.input.el, act: "focus" } }),
    message("keyboard", { p: { cat: "editing" } }),
    message("signup", { p: { plan: "pro", seats: "3", tags: '["a",null]' }, i: false }),
    message("purchase", { $: { amount: 49.9, currency: "EUR" } }),
    message("vital", { p: { name: "CLS", value: "0.013", rating: "good" }, i: false }),
    message("error", {
      p: {
        message: "x is not a function",
        source: fixtures.error.source,
        line: "12",
        col: "7",
        stack: fixtures.error.stack,
      },
      i: false,
    }),
    message("exposure", { p: { experiment: "hero", variant: "b" }, i: false }),
    message("snapshot", { p: { ref: "0f8c2a" }, i: false }),
    message("scroll", { p: { path: "[0]", max: "457" }, i: false }),
  ]);
});

test("keeps names and properties within what Plausible takes, and gives events other names", () => {
  const props = Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`p${i}`, i]));
  const batch = sealedBatchOf({
    events: [
      { type: "page", t: 0 },
      { type: "custom", t: 0, name: "n".repeat(130), props: { ["k".repeat(301)]: 1, text: "x".repeat(2_001) } },
      { type: "custom", t: 0, name: "many", props },
    ],
  });
  const events = { rename: { page: "seen", many: "few" } };
  const [page, long, many] = requestsOf(plausible(optionsOf({ events })), [batch]).map(
    (request) => jsonOf(request) as { n: string; p?: Record<string, string> },
  );
  expect([page?.n, many?.n]).toEqual(["seen", "few"]);
  expect([long?.n.length, Object.keys(long?.p ?? {}), long?.p?.text?.length]).toEqual([120, ["text"], 2_000]);
  expect(Object.keys(many?.p ?? {})).toHaveLength(30);
});

test("says as Plausible's tracker does that nobody led here", () => {
  const { referrer: _, ...page } = pageOf();
  const [request] = requestsOf(plausible(optionsOf()), [sealedBatchOf({ page })]);
  expect(jsonOf(request)).toEqual({ n: "pageview", ...known, r: null });
});

test("goes with the address and agent of each visitor, those of one visitor in their order", async () => {
  const there = await backend();
  there.reply = (attempt) => ({ status: attempt % 3 === 1 ? 503 : 202 });
  const { append, settled } = await forwarding(plausible(optionsOf({ url: there.url })), now);
  const of = (visitor: string, agent: string): SealedBatch =>
    sealedBatchOf({
      visitor,
      edge: edgeOf({ ua: agent }),
      events: Array.from({ length: 6 }, (_, i) => custom(`${visitor}${i}`, i)),
    });
  await append([of("v", "Agent V\u2019s")], "203.0.113.7");
  await append([of("w", "Agent W")], "2001:db8::7");
  expect(await settled()).toMatchObject({ forwarded: 2 });

  const taken = there.seen.filter((_, index) => index % 3 !== 0);
  for (const [visitor, agent, address] of [
    ["v", "Agent Vs", "203.0.113.7"],
    ["w", "Agent W", "2001:db8::7"],
  ]) {
    const theirs = taken.filter(({ headers }) => headers["user-agent"] === agent);
    expect(theirs.map(({ headers }) => headers["x-forwarded-for"])).toEqual(Array(6).fill(address));
    expect(theirs.map(({ body }) => JSON.parse(body).n)).toEqual(Array.from({ length: 6 }, (_, i) => `${visitor}${i}`));
    expect(theirs.map(({ headers }) => headers["content-type"])).toEqual(Array(6).fill("application/json"));
  }
});

describe("answers", () => {
  const target = plausible(optionsOf());
  const [request] = requestsOf(target, [sealedBatchOf({ events: [custom("a")] })]);
  if (request === undefined) throw new Error("there is one");
  test.each([
    ["taken", answer(202, "ok"), { kind: "ok" }],
    ["taken, none dropped", answer(202, "ok", { "x-plausible-dropped": "0" }), { kind: "ok" }],
    ["dropped", answer(202, "ok", { "x-plausible-dropped": "1" }), { kind: "refused", code: "dropped" }],
    ["somebody else's 200", answer(200, "<html>"), { kind: "stopped" }],
    ["invalid", answer(400, { errors: {} }), { kind: "refused", code: "status_400" }],
    ["refused by something else", answer(400, "<html>"), { kind: "stopped" }],
    ["too large", answer(413), { kind: "stopped" }],
    ["too many", answer(429, "", { "retry-after": "7" }), { kind: "retry", afterMs: 7_000 }],
    ["ill", answer(503), { kind: "retry" }],
    ["ill, behind a proxy", answer(502), { kind: "unknown" }],
    ["kept out", answer(403), { kind: "stopped" }],
    ["not there", answer(404), { kind: "stopped" }],
    ["elsewhere", answer(301, "", { location: "https://a.example/?k=s" }), { kind: "stopped" }],
  ])("%s", (_, response, verdict) => {
    expect(target.classify(response, request)).toMatchObject(verdict);
  });

  test("name what was dropped, and give it up alone", async () => {
    const there = await backend();
    there.reply = (_, { body }) => ({
      status: 202,
      body: "ok",
      headers: JSON.parse(body).n === "b" ? { "x-plausible-dropped": "1" } : {},
    });
    const { append, settled, letters } = await forwarding(plausible(optionsOf({ url: there.url })), now);
    await append([sealedBatchOf({ events: [custom("a"), custom("b"), custom("c")] })]);
    expect(await settled()).toMatchObject({ dead: 1 });
    expect(letters).toMatchObject([{ code: "dropped", event: 1 }]);
    expect(there.seen).toHaveLength(3);
  });
});

describe("what happened too long ago", () => {
  const late = (more: Partial<PlausibleTargetOptions> = {}, hours = 1) => {
    const start = async () => {
      const there = await backend();
      there.reply = () => ({ status: 202 });
      const clock = () => fixtureTime + hours * 3_600_000 + 1;
      const { append, settled, letters } = await forwarding(plausible(optionsOf({ url: there.url, ...more })), clock);
      await append([sealedBatchOf({ events: [custom("old"), custom("young", 10)] })]);
      await settled();
      return { names: there.seen.map(({ body }) => JSON.parse(body).n), letters: letters.map(({ code }) => code) };
    };
    return start();
  };

  test("is not counted at a wrong time, but kept, event by event", async () => {
    expect(await late()).toEqual({ names: ["young"], letters: ["batch_late"] });
  });

  test("is sent anyway, or after longer, by choice", async () => {
    expect(await late({ late: "send" })).toEqual({ names: ["old", "young"], letters: [] });
    expect(await late({ lateness: 2 * 3_600_000 })).toEqual({ names: ["old", "young"], letters: [] });
  });
});

test.each([
  ["domain", { domain: "" }],
  ["url", { url: "plausible.io" }],
  ["lateness", { lateness: 0 }],
])("refuses to start with a wrong %s", (field, wrong) => {
  expect(() => plausibleChecks(optionsOf(wrong), optionCheck("targets[0]"))).toThrow(`targets[0].${field}`);
});
