import type { Event, SealedBatch } from "@isotherm/protocol";
import { edgeOf, fixtures, fixtureTime, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { Umami } from "@umami/node";
import { describe, expect, test } from "vitest";
import { optionCheck } from "../../src/option-check.js";
import { type UmamiTargetOptions, umami, umamiChecks } from "../../src/target/umami.js";
import { answer } from "../kit/answer.js";
import { backend, type Reply, type Seen } from "../kit/backend.js";
import { forwarding } from "../kit/forwarding.js";
import { examples, jsonOf, requestsOf, selectAll } from "../kit/requests.js";

const website = "7f0c1d2e-0b1a-4c5d-8e9f-0123456789ab";
const optionsOf = (more: Partial<UmamiTargetOptions> = {}): UmamiTargetOptions => ({
  type: "umami",
  url: "https://umami.example",
  website,
  ...more,
});
const custom = (name: string, t = 0): Event => ({ type: "custom", t, name });
const { url, referrer, title } = pageOf();
const { ua } = edgeOf();

interface Message {
  readonly type: string;
  readonly payload: { readonly name?: string; readonly [field: string]: unknown };
}

/** What Umami answers, by its routes: it refuses what is named "bad", fails once for "ill", and knows bots by their agent. */
function reply(state: { ill: boolean } = { ill: true }): (_: number, seen: Seen) => Reply {
  const one = ({ payload: { name, userAgent } }: Message): { readonly status: number; readonly body: object } => {
    if (name === "bad") return { status: 400, body: { error: { message: "Bad request", status: 400 } } };
    if (name === "ill" && state.ill) {
      state.ill = false;
      return { status: 500, body: { error: { message: "Server error", status: 500 } } };
    }
    if (`${userAgent}`.includes("bot")) return { status: 200, body: { beep: "boop" } };
    return { status: 200, body: { cache: "token", sessionId: "s", visitId: "v" } };
  };
  return (_, { path, body }) => {
    if (path === "/api/send") return one(JSON.parse(body));
    const answers = (JSON.parse(body) as Message[]).map(one);
    const details = answers.flatMap(({ status, body: response }, index) =>
      status === 200 ? [] : [{ index, response }],
    );
    const [stored] = answers.flatMap(({ body: response }) => ("cache" in response ? [response.cache] : []));
    const errors = details.length;
    const size = answers.length;
    return { status: 200, body: { size, processed: size - errors, errors, details, cache: stored ?? null } };
  };
}

describe("against Umami's own package", () => {
  test("sends an event to the same place in the same form", async () => {
    const there = await backend();
    there.reply = reply();
    const theirs = new Umami({ hostUrl: there.url, websiteId: website, userAgent: ua ?? "" });
    await theirs.track({
      hostname: "shop.example",
      url,
      referrer: `${referrer}`,
      title: `${title}`,
      screen: "1512x982",
      language: "en-GB",
      name: "signup",
      data: { plan: "pro" },
    });
    await theirs.identify({ tier: "gold" });
    const [track, identify] = there.seen.splice(0);

    const { append, settled } = await forwarding(umami(optionsOf({ url: there.url, batch: 1 })));
    const event: Event = { type: "custom", t: 0, name: "signup", props: { plan: "pro" } };
    await append([sealedBatchOf({ events: [event, { type: "identify", t: 0, traits: { tier: "gold" } }] })]);
    expect(await settled()).toMatchObject({ forwarded: 1, dead: 0 });

    const said = ({ method, path, headers, body }: Seen) => ({
      method,
      path,
      type: headers["content-type"],
      ...JSON.parse(body),
    });
    const ours = there.seen.map(said);
    const added = { timestamp: fixtureTime / 1_000, ip: "203.0.113.0", userAgent: ua };
    expect(track && ours[0]).toEqual({
      ...said(track as Seen),
      payload: { ...JSON.parse(`${track?.body}`).payload, ...added },
    });
    const { payload, ...rest } = said(identify as Seen);
    expect(ours[1]).toMatchObject({ ...rest, payload });
  });
});

test("has a word for every event", () => {
  const [request] = requestsOf(umami(optionsOf({ events: selectAll, tag: "relay" })), [
    sealedBatchOf({ user: "u1", events: examples }),
  ]);
  const shared = {
    website,
    hostname: "shop.example",
    url,
    referrer,
    title,
    screen: "1512x982",
    language: "en-GB",
    ip: "203.0.113.0",
    userAgent: ua,
    id: "u1",
    tag: "relay",
  };
  const message = (t: number, more: object = {}, type = "event") => ({
    type,
    payload: { ...shared, timestamp: Math.floor((fixtureTime + Math.min(t, 1_000)) / 1_000), ...more },
  });
  const of = <T extends keyof typeof fixtures>(type: T) => {
    const { type: _type, t: _t, ...data } = fixtures[type];
    return message(fixtures[type].t, { name: type, data });
  };
  expect(jsonOf(request)).toEqual([
    message(0),
    of("click"),
    of("dead"),
    of("move"),
    of("scroll"),
    of("attention"),
    of("input"),
    of("keyboard"),
    message(2_000, { name: "signup", data: fixtures.custom.props }),
    message(2_100, { name: "purchase", data: { revenue: 49.9, currency: "EUR" } }),
    message(2_200, { cls: 0.013 }, "performance"),
    of("error"),
    message(2_400, { data: { tier: "gold" } }, "identify"),
    of("exposure"),
    of("snapshot"),
  ]);
});

test("sends several events of one agent as a batch, one alone by itself, and cuts what Umami refuses to take long", async () => {
  const there = await backend();
  there.reply = reply();
  const target = umami(optionsOf({ url: there.url, batch: 2, concurrency: 1 }));
  const { append, settled } = await forwarding(target);
  const other = sealedBatchOf({ edge: edgeOf({ ua: "Other" }), events: [custom("n".repeat(60))] });
  await append([sealedBatchOf({ events: [custom("a"), custom("b"), custom("c")] }), other], "203.0.113.7");
  expect(await settled()).toMatchObject({ forwarded: 2 });
  const names = there.seen.map(({ path, body }) => {
    const messages = [JSON.parse(body)].flat() as Message[];
    return [path, ...messages.map(({ payload: { name, ip } }) => `${name?.length}${ip}`)];
  });
  expect(names.sort()).toEqual([
    ["/api/batch", "1203.0.113.7", "1203.0.113.7"],
    ["/api/send", "1203.0.113.7"],
    ["/api/send", "50203.0.113.7"],
  ]);
});

const batch = (names: readonly string[], agent?: string): SealedBatch =>
  sealedBatchOf({
    events: names.map((name) => custom(name)),
    ...(agent !== undefined && { edge: edgeOf({ ua: agent }) }),
  });

test("gives up the event that Umami refuses, sends again the one that it failed for, and the others once", async () => {
  const there = await backend();
  there.reply = reply();
  const { append, settled, letters } = await forwarding(umami(optionsOf({ url: there.url })));
  await append([batch(["a", "bad", "ill", "d"])]);
  expect(await settled()).toMatchObject({ dead: 1 });
  expect(letters).toMatchObject([{ code: "event_invalid", event: 1 }]);
  expect(there.seen.map(({ path, body }) => [path, [JSON.parse(body)].flat().length])).toEqual([
    ["/api/batch", 4],
    ["/api/send", 1],
  ]);
  expect(JSON.parse(`${there.seen[1]?.body}`).payload.name).toBe("ill");
});

test("keeps what Umami says it processed and never stored, because the agent is a bot's", async () => {
  const there = await backend();
  there.reply = reply();
  const { append, settled, letters } = await forwarding(umami(optionsOf({ url: there.url })));
  await append([batch(["a", "b"], "Goodbot/1"), batch(["c"], "Otherbot/1"), batch(["d", "e"])]);
  expect(await settled()).toMatchObject({ forwarded: 1, dead: 2 });
  expect(letters.map(({ code, event }) => [code, event])).toEqual([
    ["bot", 0],
    ["bot", 1],
    ["bot", 0],
  ]);
});

test("delivers everything once after an outage", async () => {
  const there = await backend();
  const take = reply();
  there.reply = (attempt, seen) => {
    if (attempt <= 3) return { status: 503 };
    return attempt === 4 ? { status: 429, headers: { "retry-after": "0" } } : take(attempt, seen);
  };
  const { append, settled } = await forwarding(umami(optionsOf({ url: there.url })));
  await append([batch(["a", "b"]), batch(["c"])]);
  expect(await settled()).toMatchObject({ forwarded: 2, maybeDuplicate: 0 });
  const taken = there.seen.slice(4).flatMap(({ body }) => [JSON.parse(body)].flat() as Message[]);
  expect(taken.map(({ payload: { name } }) => name)).toEqual(["a", "b", "c"]);
});

test.each([
  ["/relative?x=1", undefined],
  ["not an address", undefined],
  ["https://shop.example:8443/a", "shop.example"],
])("takes a page whose address is %s", async (url, hostname) => {
  const there = await backend();
  there.reply = reply();
  const { append, settled } = await forwarding(umami(optionsOf({ url: there.url })));
  await append([sealedBatchOf({ page: pageOf({ url }), events: [fixtures.page] })]);
  expect(await settled()).toMatchObject({ forwarded: 1, dead: 0 });
  const { payload } = JSON.parse(there.seen[0]?.body ?? "") as Message;
  expect(payload).toMatchObject({ url });
  expect(payload.hostname).toBe(hostname);
});

describe("answers", () => {
  const target = umami(optionsOf());
  const [one] = requestsOf(target, [batch(["a"])]);
  const [two] = requestsOf(target, [batch(["a", "b"])]);
  if (one === undefined || two === undefined) throw new Error("there are both");
  const stored = { cache: "token", sessionId: "s", visitId: "v" };
  const error = (status: number, message = "no") => ({ error: { message, code: "c", status } });
  const counted = (details: readonly object[], more: object = {}) => ({
    size: 2,
    processed: 2 - details.length,
    errors: details.length,
    details,
    cache: "token",
    ...more,
  });
  test.each([
    ["one stored", one, answer(200, stored), { kind: "ok" }],
    ["one of a bot", one, answer(200, { beep: "boop" }), { kind: "refused", code: "bot" }],
    ["one, by somebody else", one, answer(200, "<html>"), { kind: "stopped" }],
    ["one invalid", one, answer(400, error(400)), { kind: "refused", code: "event_invalid" }],
    ["one of no site", one, answer(400, error(400, "Website not found.")), { kind: "stopped" }],
    ["one of no site, in older words", one, answer(400, { error: "Website not found." }), { kind: "stopped" }],
    ["one kept out", one, answer(403, error(403)), { kind: "refused", code: "address_blocked" }],
    ["one, kept out by something before it", one, answer(403, "<html>"), { kind: "stopped" }],
    ["both stored", two, answer(200, counted([])), { kind: "ok" }],
    ["both stored, before there was a cache", two, answer(200, counted([], { cache: undefined })), { kind: "ok" }],
    [
      "both of a bot",
      two,
      answer(200, counted([], { cache: null })),
      { kind: "partial", refused: [{ code: "bot" }, { code: "bot" }] },
    ],
    [
      "the second refused",
      two,
      answer(200, counted([{ index: 1, response: error(400) }])),
      { kind: "partial", refused: [{ entry: two.entries[1], code: "event_invalid" }], again: [] },
    ],
    [
      "the first kept out",
      two,
      answer(200, counted([{ index: 0, response: error(403) }])),
      { kind: "partial", refused: [{ entry: two.entries[0], code: "address_blocked" }] },
    ],
    [
      "the second failed",
      two,
      answer(200, counted([{ index: 1, response: error(500) }])),
      { kind: "partial", refused: [], again: [two.entries[1]] },
    ],
    [
      "both of no site",
      two,
      answer(200, counted([0, 1].map((index) => ({ index, response: error(400, "Website not found.") })))),
      { kind: "stopped" },
    ],
    ["of another request", two, answer(200, counted([], { size: 3 })), { kind: "stopped" }],
    ["two, by somebody else", two, answer(200, { ok: true }), { kind: "stopped" }],
    ["nothing", two, answer(204), { kind: "stopped" }],
    ["two refused", two, answer(400, error(400)), { kind: "refused" }],
    ["one refused by something else", one, answer(400, "<html>"), { kind: "stopped" }],
    ["two refused by something else", two, answer(400, "<html>"), { kind: "stopped" }],
    ["one too large for something else", one, answer(413), { kind: "stopped" }],
    ["too large", two, answer(413), { kind: "refused", code: "status_413" }],
    ["too many", two, answer(429, "", { "retry-after": "7" }), { kind: "retry", afterMs: 7_000 }],
    ["ill", two, answer(500, error(500)), { kind: "retry" }],
    ["ill, behind a proxy", two, answer(504), { kind: "unknown" }],
    ["not there", two, answer(404), { kind: "stopped" }],
  ])("%s", (_, request, response, verdict) => {
    expect(target.classify(response, request)).toMatchObject(verdict);
  });
});

test.each([
  ["url", { url: "umami.example" }],
  ["website", { website: "shop" }],
  ["tag", { tag: "" }],
  ["batch", { batch: 0 }],
])("refuses to start with a wrong %s", (field, wrong) => {
  expect(() => umamiChecks(optionsOf(wrong), optionCheck("targets[0]"))).toThrow(`targets[0].${field}`);
});
