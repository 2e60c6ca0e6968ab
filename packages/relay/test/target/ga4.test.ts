import type { Event, SealedBatch } from "@isotherm/protocol";
import { edgeOf, fixtureTime, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test } from "vitest";
import { attempt } from "../../src/forward/attempt.js";
import type { ForwarderParts } from "../../src/forward/forwarder-parts.js";
import { blind } from "../../src/observer.js";
import { optionCheck } from "../../src/option-check.js";
import { type Ga4TargetOptions, ga4, ga4Checks } from "../../src/target/ga4.js";
import type { TargetRequest } from "../../src/target/target.js";
import { undiciTransport } from "../../src/transport/undici.js";
import { answer } from "../kit/answer.js";
import { backend } from "../kit/backend.js";
import { forwarding } from "../kit/forwarding.js";
import { examples, jsonOf, requestsOf, selectAll } from "../kit/requests.js";

const optionsOf = (more: Partial<Ga4TargetOptions> = {}): Ga4TargetOptions => ({
  type: "ga4",
  measurementId: "G-ABC123",
  apiSecret: "s3cr3t&",
  ...more,
});
const custom = (name: string, t = 0): Event => ({ type: "custom", t, name });
const now = (): number => fixtureTime + 2_000;
const { url, referrer, title } = pageOf();

type Scalar = string | number;
interface Body {
  readonly client_id: string;
  readonly user_id?: string;
  readonly user_properties?: { readonly [name: string]: { readonly value: Scalar } };
  readonly device: object;
  readonly events: readonly {
    readonly name: string;
    readonly timestamp_micros: number;
    readonly params: Record<string, Scalar>;
  }[];
}

const nameForm = /^\p{L}[\p{L}\p{N}_]*$/u;
const lengths: { readonly [name: string]: number } = { page_location: 1_000, page_referrer: 420, page_title: 300 };

/**
 * What the published reference finds wrong with a body, at a time in ms:
 * https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference#payload and
 * https://developers.google.com/analytics/devguides/collection/protocol/ga4/sending-events?client_type=gtag#limitations, and
 * for the lengths of page_*: https://support.google.com/analytics/answer/9267744.
 */
function faultsOf(body: Body, at: number): string[] {
  const faults: string[] = [];
  const check = (isRight: boolean, fault: string): void => void (isRight || faults.push(fault));
  const known = ["client_id", "user_id", "user_properties", "ip_override", "device", "events"];
  for (const key of Object.keys(body)) check(known.includes(key), `unknown field ${key}`);
  check(typeof body.client_id === "string" && body.client_id !== "", "client_id");
  check(new TextEncoder().encode(JSON.stringify(body)).byteLength < 130_000, "130 kB");
  check(body.events.length >= 1 && body.events.length <= 25, "25 events");
  const traits = Object.entries(body.user_properties ?? {});
  check(traits.length <= 25, "25 user properties");
  for (const [name, { value }] of traits) {
    check(nameForm.test(name) && name.length <= 24 && name !== "user_id", `user property ${name}`);
    check(`${value}`.length <= 36, `user property ${name}'s value`);
  }
  for (const { name, timestamp_micros: micros, params } of body.events) {
    check(nameForm.test(name) && name.length <= 40, `event ${name}`);
    check(!/^(_|firebase_|ga_|google_|gtag)/.test(name), `reserved prefix of ${name}`);
    check(
      !["error", "session_start", "user_engagement", "first_visit", "screen_view"].includes(name),
      `reserved ${name}`,
    );
    check(Number.isInteger(micros) && micros / 1_000 > at - 72 * 3_600_000 && micros / 1_000 <= at, `time of ${name}`);
    check(Object.keys(params).length <= 25, `25 parameters of ${name}`);
    check(/^\d+$/.test(`${params.session_id}`), `session of ${name}`);
    check(Number(params.engagement_time_msec) > 0, `engagement of ${name}`);
    for (const [key, value] of Object.entries(params)) {
      check(nameForm.test(key) && key.length <= 40, `parameter ${key}`);
      check(["string", "number"].includes(typeof value), `type of ${key}`);
      check(`${value}`.length <= (lengths[key] ?? 100), `length of ${key}`);
    }
  }
  return faults;
}

const bodiesOf = (options: Ga4TargetOptions, batches: readonly SealedBatch[], address?: string): Body[] =>
  requestsOf(ga4(options), batches, address).map((request) => jsonOf(request) as Body);

test("says every event with the name that Google Analytics has for it", () => {
  const bodies = bodiesOf(optionsOf({ events: selectAll }), [sealedBatchOf({ user: "u1", events: examples })]);
  const context = { page_location: url, page_referrer: referrer, page_title: title };
  const head = {
    client_id: "q3yB0lQm7u2kYt9cVh5d-A",
    user_id: "u1",
    device: { language: "en-GB", screen_resolution: "1512x982" },
  };
  const event = (name: string, t: number, said: object = {}, engaged = 1) => ({
    name,
    timestamp_micros: (fixtureTime + Math.min(t, 1_000)) * 1_000,
    params: { ...said, ...context, session_id: expect.stringMatching(/^\d+$/), engagement_time_msec: engaged },
  });
  expect(bodies.flatMap((body) => faultsOf(body, now()))).toEqual([]);
  expect(bodies).toEqual([
    {
      ...head,
      events: [
        event("page_view", 0),
        event("file_download", 820, { link_url: "https://shop.example/prices.pdf" }),
        event("dead", 3_320, { of: 0 }),
        event("move", 120, { path: "[400,1880,50,12,23,50,-3,0]" }),
        event("scroll", 400, { path: "[0,80,240,120,960]", max: 457, el: "div.cart div|Cart|region" }),
        event("attention", 5_000, {}, 4_700),
        event("input", 1_500, { el: "input#email input|Email|textbox", act: "focus" }),
        event("keyboard", 1_600, { cat: "editing" }),
        event("signup", 2_000, { plan: "pro", seats: 3, tags: '["a",null]' }),
        event("purchase", 2_100, { value: 49.9, currency: "EUR" }),
        event("CLS", 2_200, { metric_value: 0.013, metric_rating: "good" }),
        event("exception", 2_300, {
          description: "x is not a function",
          source: "https://shop.example/app.js",
          line: 12,
          col: 7,
          stack: "TypeError: x is not a function\n    at https://shop.example/app.js:12:7",
        }),
        event("exposure", 2_500, { experiment: "hero", variant: "b" }),
        event("snapshot", 2_600, { ref: "0f8c2a" }),
      ],
    },
    { ...head, user_properties: { tier: { value: "gold" } }, events: [event("identify", 2_400)] },
  ]);
});

test("stays within the limits past which Google leaves out in silence", () => {
  const long = "x".repeat(2_000);
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${"n".repeat(60)}${i}`, long]));
  const props = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`p ${i}`, { deep: long }]));
  const page = pageOf({ url: `https://shop.example/${long}`, referrer: `https://shop.example/${long}`, title: long });
  const events: Event[] = [
    { type: "custom", t: 0, name: "session_start", props: { _own: "a", "1st": true, session_id: "mine" } },
    { type: "custom", t: 0, name: "ga_x" },
    { type: "custom", t: 0, name: "2 for 1!" },
    { type: "custom", t: 0, name: "Anmeldung für später", props },
    { type: "custom", t: 0, name: long, props: many },
    { type: "identify", t: 0, traits: { ...many, user_id: "x", tier: long } },
    { type: "page", t: 0 },
    ...Array.from({ length: 60 }, (_, i) => ({ ...custom(`e${i}`), props }) as Event),
  ];
  const bodies = bodiesOf(optionsOf(), [sealedBatchOf({ page, events })]);
  expect(bodies.flatMap((body) => faultsOf(body, now()))).toEqual([]);
  const sent = bodies.flatMap((body) => body.events);
  expect(sent).toHaveLength(events.length);
  expect(sent.slice(0, 4).map(({ name }) => name)).toEqual([
    "x_session_start",
    "x_ga_x",
    "x_2_for_1_",
    "Anmeldung_für_später",
  ]);
  expect(sent[0]?.params).toMatchObject({ x__own: "a", x_1st: "true", session_id: expect.stringMatching(/^\d+$/) });
});

test("groups events by client, user and device, and keeps a session's number", () => {
  const of = (visitor: string, more: Partial<SealedBatch> = {}) =>
    sealedBatchOf({ visitor, session: `${visitor}-s`, events: [custom("a"), custom("b")], ...more });
  const bodies = bodiesOf(optionsOf(), [of("v"), of("w"), of("v"), of("v", { user: "u" })]);
  expect(bodies.map(({ client_id: id, user_id: user, events }) => [id, user, events.length])).toEqual([
    ["v", undefined, 4],
    ["w", undefined, 2],
    ["v", "u", 2],
  ]);
  const sessions = bodies.map(({ events }) => [...new Set(events.map(({ params }) => params.session_id))]);
  expect(sessions[0]).toEqual(sessions[2]);
  expect(sessions[0]).not.toEqual(sessions[1]);
});

test("hands the whole address on only where that was chosen, and asks for it only then", () => {
  const batch = sealedBatchOf({ edge: edgeOf(), events: [custom("a")] });
  expect(bodiesOf(optionsOf(), [batch], "203.0.113.7")[0]).not.toHaveProperty("ip_override");
  expect(bodiesOf(optionsOf({ sendAddress: true }), [batch], "203.0.113.7")[0]).toHaveProperty(
    "ip_override",
    "203.0.113.7",
  );
  expect([ga4(optionsOf()).needsAddress, ga4(optionsOf({ sendAddress: true })).needsAddress]).toEqual([false, true]);
});

test("goes to the collection address with its id and secret, and delivers all once after an outage", async () => {
  const there = await backend();
  there.reply = (attempt) => ({ status: attempt <= 3 ? 503 : 204 });
  const { append, settled } = await forwarding(ga4(optionsOf({ url: `${there.url}/` })), now);
  await append([
    sealedBatchOf({ events: [custom("a"), custom("b")] }),
    sealedBatchOf({ visitor: "w", events: [custom("c")] }),
  ]);
  expect(await settled()).toMatchObject({ forwarded: 2, maybeDuplicate: 0 });
  const [first] = there.seen;
  expect(first).toMatchObject({ method: "POST", path: "/mp/collect?measurement_id=G-ABC123&api_secret=s3cr3t%26" });
  expect(first?.headers["content-type"]).toBe("application/json");
  const names = there.seen.slice(3).flatMap(({ body }) => (JSON.parse(body) as Body).events.map(({ name }) => name));
  expect(names.sort()).toEqual(["a", "b", "c"]);
});

test("gives up what Google would count at another time, by when it happened and not by when it came", async () => {
  const there = await backend();
  there.reply = () => ({ status: 204 });
  const at = fixtureTime + 72 * 3_600_000;
  const { append, settled, letters } = await forwarding(ga4(optionsOf({ url: there.url })), () => at + 1);
  const edge = edgeOf({ at });
  await append([sealedBatchOf({ edge, events: [custom("old"), custom("young", 10)] })]);
  expect(await settled()).toMatchObject({ dead: 1 });
  expect(letters).toMatchObject([{ code: "batch_late", event: 0 }]);
  expect(there.seen.map(({ body }) => (JSON.parse(body) as Body).events.map(({ name }) => name))).toEqual([["young"]]);
});

describe("answers", () => {
  const target = ga4(optionsOf());
  const [request] = requestsOf(target, [sealedBatchOf({ events: [custom("a")] })]);
  if (request === undefined) throw new Error("there is one");
  const redirect = { location: "https://user:pw@elsewhere.example/mp/collect?api_secret=s3cr3t%26" };
  test.each([
    ["taken, whatever it was", answer(204), { kind: "ok" }],
    ["taken, with a picture", answer(200, "GIF89a"), { kind: "ok" }],
    ["taken by something else", answer(200, "<!doctype html>"), { kind: "stopped" }],
    ["refused, as Google never does", answer(400, "<html>"), { kind: "stopped" }],
    ["too large, alone", answer(413), { kind: "stopped" }],
    ["too many", answer(429, "", { "retry-after": "7" }), { kind: "retry", afterMs: 7_000 }],
    ["ill", answer(500), { kind: "retry" }],
    ["ill, behind a proxy", answer(502), { kind: "unknown" }],
    ["kept out", answer(403), { kind: "stopped" }],
    ["not there", answer(404), { kind: "stopped" }],
    [
      "elsewhere, without the secret",
      answer(302, "", redirect),
      { kind: "stopped", reason: "answers 302: it redirects to https://elsewhere.example/mp/collect" },
    ],
  ])("%s", (_, response, verdict) => {
    expect(target.classify(response, request)).toMatchObject(verdict);
  });

  test("that never come are told of without the secret", async () => {
    const there = await backend();
    there.reply = () => "cut";
    const transport = undiciTransport({ timeoutMs: 30_000 });
    onTestFinished(() => transport.close());
    for (const url of [there.url, "http://127.0.0.1:1"]) {
      const asked = ga4(optionsOf({ url }));
      const [lost] = requestsOf(asked, [sealedBatchOf({ events: [custom("a")] })]);
      const parts = { target: asked, transport, observer: blind, now } as unknown as ForwarderParts;
      const { verdict } = await attempt(lost as TargetRequest, parts, new AbortController().signal);
      expect(JSON.stringify(verdict)).toMatch(/no answer/);
      expect(JSON.stringify(verdict)).not.toMatch(/s3cr3t/);
    }
  });
});

test.each([
  ["url", { url: "google" }],
  ["measurementId", { measurementId: "UA-1" }],
  ["apiSecret", { apiSecret: "" }],
])("refuses to start with a wrong %s, and does not repeat the secret", (field, wrong) => {
  const start = (): void => ga4Checks(optionsOf(wrong), optionCheck("targets[0]"));
  expect(start).toThrow(`targets[0].${field}`);
  expect(start).not.toThrow("s3cr3t");
});
