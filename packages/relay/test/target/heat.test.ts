import type { SealedBatch } from "@isotherm/protocol";
import { edgeOf, fixtures, fixtureTime, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { optionCheck } from "../../src/option-check.js";
import { classifyStatus } from "../../src/target/classify-status.js";
import { type HeatTargetOptions, heat, heatChecks } from "../../src/target/heat.js";
import type { Item, TargetRequest } from "../../src/target/target.js";
import { backend } from "../kit/backend.js";
import { forwarding } from "../kit/forwarding.js";
import { heatCollector } from "../kit/heat-collector.js";

const optionsOf = (url: string, more: Partial<HeatTargetOptions> = {}): HeatTargetOptions => ({
  type: "heat",
  url,
  projectKey: "key",
  ...more,
});

const everything = Object.values(fixtures);
const everyType = { types: everything.map(({ type }) => type) };
const custom = (name: string, t = 0) => ({ type: "custom", t, name }) as const;
const { ua } = edgeOf();

describe("what heat-collector 0.3.7 stores of it", () => {
  test("is an example of every event type, with whatever it has no column for in meta", async () => {
    const { url, tables } = await heatCollector();
    const { append, settled } = await forwarding(heat(optionsOf(url, { events: everyType })));
    const { el: _container, ...inPage } = fixtures.scroll;
    await append([
      sealedBatchOf({ session: "s1", events: [...everything, inPage, { ...fixtures.input, act: "submit" } as const] }),
    ]);
    expect(await settled()).toMatchObject({ forwarded: 1, dead: 0 });

    const said = { viewport: { w: 1_280, h: 720, dpr: 2 }, device: { language: "en-GB" } };
    const row = (type: string, t: number, more: object = {}, meta?: object) => ({
      type,
      ts: fixtureTime + Math.min(t, 1_000),
      path: "/pricing",
      ...more,
      metaJson: { ...said, ...(meta && { meta }) },
    });
    const page = { url: pageOf().url, nav: "load", referrer: "https://search.example/", title: "Pricing" };
    const { el, x, y, type: _type, t: _t, ...facts } = fixtures.click;
    const { type: _error, t: _at, ...error } = fixtures.error;
    const { type: _vital, t: _then, ...vital } = fixtures.vital;
    const rows = tables.events.map(({ type, ts, path, selector, x: left, y: top, scrollDepth, metaJson }) => ({
      type,
      ts,
      path,
      ...(selector !== null && { selector }),
      ...(left !== undefined && { x: left, y: top }),
      ...(scrollDepth !== undefined && { scrollDepth }),
      metaJson: JSON.parse(metaJson as string),
    }));
    expect(rows).toEqual([
      row("pageview", 0, {}, page),
      row("click", 820, { selector: el, x, y }, facts),
      row("custom", 3_320, {}, { name: "dead", props: { of: 0 } }),
      row("move", 120, { x: 400, y: 1_880 }),
      row("move", 170, { x: 412, y: 1_903 }),
      row("move", 220, { x: 409, y: 1_903 }),
      row("custom", 5_000, {}, { name: "attention", props: { bands: fixtures.attention.bands, engaged: 4_700 } }),
      row("input", 1_500, { selector: fixtures.input.el }, { action: "focus" }),
      row("keyboard", 1_600, {}, { category: "editing" }),
      row("custom", 2_000, {}, { name: "signup", props: fixtures.custom.props }),
      row("custom", 2_100, {}, { name: "purchase", props: { value: 49.9, currency: "EUR" } }),
      row("custom", 2_200, {}, { name: "vital", props: vital }),
      row("custom", 2_300, {}, { name: "error", props: error }),
      row("custom", 2_400, {}, { name: "identify", props: { tier: "gold" } }),
      row("custom", 2_500, {}, { name: "exposure", props: { experiment: "hero", variant: "b" } }),
      row("custom", 2_600, {}, { name: "snapshot", props: { ref: "0f8c2a" } }),
      // 1,200 px of the 3,480 that the page can be scrolled.
      row("scroll", 400, { scrollDepth: 34 }, { scrollY: 1_200, max: 457 }),
      row("custom", 1_500, {}, { name: "submit", props: { el: fixtures.input.el, act: "submit" } }),
    ]);
  });

  test("is what goes there without a choice: all that it has tables for, and nothing else", async () => {
    const { url, tables } = await heatCollector();
    const { append, settled } = await forwarding(heat(optionsOf(url)));
    await append([sealedBatchOf({ events: everything })]);
    await settled();
    const names = tables.events.map(({ type, metaJson }) => JSON.parse(metaJson as string).meta?.name ?? type);
    expect([...new Set(names)]).toEqual([
      "pageview",
      "click",
      "move",
      "input",
      "keyboard",
      "signup",
      "purchase",
      "identify",
    ]);
  });

  test("is a session with the visitor's agent, first path and times, and the user from the batch that names one", async () => {
    const { url, tables } = await heatCollector();
    const { append, settled } = await forwarding(heat(optionsOf(url)));
    const at = fixtureTime + 60_000;
    await append([
      sealedBatchOf({ session: "s1", events: [fixtures.page, custom("a", 500)] }),
      sealedBatchOf({
        session: "s1",
        at,
        edge: edgeOf({ at: at + 1_000 }),
        user: "u1",
        events: [{ type: "identify", t: 7, traits: { tier: "gold" } }],
      }),
      sealedBatchOf({ session: "s2", edge: edgeOf({ ua: "Other\u2019s agent" }), events: [custom("b")] }),
    ]);
    await settled();
    const [user] = tables.users;
    expect(tables.users).toMatchObject([{ externalId: "u1", traitsJson: '{"tier":"gold"}' }]);
    expect(tables.sessions).toHaveLength(2);
    expect(tables.sessions).toContainEqual(
      expect.objectContaining({
        id: "s1",
        userId: user?.id,
        startedAt: fixtureTime,
        lastSeenAt: at + 7,
        firstPath: "/pricing",
        userAgent: ua,
      }),
    );
    expect(tables.sessions).toContainEqual(expect.objectContaining({ id: "s2", userAgent: "Others agent" }));
    const ofUser = tables.events.map(({ sessionId, userId }) => [sessionId, userId === user?.id]);
    expect(ofUser).toEqual(
      expect.arrayContaining([
        ["s1", false],
        ["s1", false],
        ["s1", true],
        ["s2", false],
      ]),
    );
  });

  test("comes in few requests, and waits where there were too many of them", async () => {
    const { url, tables, answers } = await heatCollector({ windowMs: 200, max: 3 });
    const { append, settled } = await forwarding(heat(optionsOf(url)));
    const batches = Array.from({ length: 40 }, (_, i) =>
      sealedBatchOf({ session: `s${i % 8}`, events: [custom(`e${i}`)] }),
    );
    await append(batches);
    expect(await settled()).toMatchObject({ forwarded: 40, dead: 0, maybeDuplicate: 0 });
    expect(answers).toContain(429);
    // One for each session, whatever order they came in.
    expect(answers.filter((status) => status === 200)).toHaveLength(8);
    const names = tables.events.map(({ metaJson }) => JSON.parse(metaJson as string).meta.name);
    expect(names.toSorted()).toEqual(batches.map((_, i) => `e${i}`).toSorted());
  });

  test("holds what its tables hold: no NUL, no longer path or session", async () => {
    const { url, tables } = await heatCollector();
    const { append, settled } = await forwarding(heat(optionsOf(url)));
    const page = pageOf({ url: `https://shop.example/${"a".repeat(2_000)}?q=1#h` });
    const click = { ...fixtures.click, el: "a\0b" };
    await append([sealedBatchOf({ page, session: `\0${"s".repeat(100)}1`, user: "u\0", events: [click] })]);
    await settled();
    expect(tables.events).toMatchObject([
      { path: `/${"a".repeat(1_023)}`, selector: "ab", sessionId: `${"s".repeat(63)}1` },
    ]);
    expect(tables.users).toMatchObject([{ externalId: "u" }]);
  });
});

describe("a request", () => {
  test("names the key, the agent and, where that was chosen, token and address", async () => {
    const there = await backend();
    there.reply = () => ({ status: 200, body: { ok: true } });
    const more = { token: "a.b.c", sendAddress: true };
    const { append, settled } = await forwarding(heat(optionsOf(`${there.url}/heat/`, more)));
    await append([sealedBatchOf({ events: [custom("a")] })], "203.0.113.7");
    await settled();
    expect(there.seen).toMatchObject([
      {
        method: "POST",
        path: "/heat/ingest",
        headers: {
          "content-type": "application/json",
          "x-project-key": "key",
          authorization: "Bearer a.b.c",
          "user-agent": ua,
          "x-forwarded-for": "203.0.113.7",
        },
      },
    ]);
    expect(heat(optionsOf(there.url)).needsAddress).toBe(false);
  });

  test("keeps the address to itself without that choice", async () => {
    const there = await backend();
    there.reply = () => ({ status: 200, body: { ok: true } });
    const { append, settled } = await forwarding(heat(optionsOf(there.url)));
    await append([sealedBatchOf({ events: [custom("a")] })], "203.0.113.7");
    await settled();
    expect(there.seen[0]?.headers).not.toHaveProperty("x-forwarded-for");
    expect(there.seen[0]?.body).not.toContain("203.0.113");
  });

  test("goes after those of its session, of which the first makes it and the last ends it, whoever the user is", () => {
    const target = heat(optionsOf("https://heat.example"));
    const itemOf = (batch: SealedBatch): Item => ({
      kind: "batch",
      key: "pk_a",
      site: "shop",
      receivedAt: batch.edge.at,
      id: batch.id,
      position: 1,
      batch: new TextEncoder().encode(JSON.stringify(batch)),
      gone: new Uint8Array(0),
    });
    const batches = [{ session: "s1" }, { session: "s1", user: "u1" }, { session: "s2" }].map((more) =>
      sealedBatchOf(more),
    );
    const requests = target.encode(batches.flatMap((batch) => target.entries(itemOf(batch))));
    expect(requests.map(({ lane }) => lane)).toEqual(["s1", "s1", "s2"]);
  });

  test("holds no more points than one statement of SQLite can, and goes after the one before it", async () => {
    const { url, tables, answers } = await heatCollector();
    const { append, settled } = await forwarding(heat(optionsOf(url)));
    const path = [0, 0, ...Array.from({ length: 1_999 * 3 }, () => 1)];
    const trail = { type: "move", t: 0, path } as const;
    await append([sealedBatchOf({ session: "s1", events: [trail, custom("a"), trail] })]);
    expect(await settled()).toMatchObject({ forwarded: 1 });
    expect(answers).toEqual([200, 200]);
    expect(tables.events).toHaveLength(4_001);
    expect(tables.events.at(-1)).toMatchObject({ x: 1_999, y: 1_999, ts: fixtureTime + 1_999 });
  });
});

test("takes a page whose address is none under what it says", async () => {
  const { url, tables } = await heatCollector();
  const { append, settled } = await forwarding(heat(optionsOf(url)));
  await append([sealedBatchOf({ session: "s1", page: pageOf({ url: "/relative?x=1" }), events: [fixtures.page] })]);
  expect(await settled()).toMatchObject({ forwarded: 1, dead: 0 });
  expect(tables.events.map(({ type, path }) => [type, path])).toEqual([["pageview", "/relative?x=1"]]);
});

describe("an answer", () => {
  const request = {} as TargetRequest<never>;
  const answer = (status: number, body: unknown = "", headers: Record<string, string> = {}) =>
    heat(optionsOf("https://heat.example")).classify(
      { status, header: (name) => headers[name], body: new TextEncoder().encode(JSON.stringify(body)) },
      request,
    );

  test.each([
    [200, { ok: true, sessionId: "s1" }, { kind: "ok" }],
    [200, "<!doctype html>", { kind: "stopped", reason: "answers 200, but not as heat-collector does" }],
    [200, null, { kind: "stopped", reason: "answers 200, but not as heat-collector does" }],
    [204, "", { kind: "stopped", reason: "answers 204, but not as heat-collector does" }],
    [400, { code: "invalid_json" }, { kind: "refused", code: "invalid_json" }],
    [400, { code: "invalid_payload", details: "secret" }, { kind: "refused", message: "answers 400 invalid_payload" }],
    [400, { code: "invalid_hook_payload" }, { kind: "refused", code: "invalid_hook_payload" }],
    [400, { code: "secret" }, { kind: "stopped" }],
    [400, "<html>", { kind: "stopped" }],
    [401, { code: "missing_jwt", message: "secret" }, { kind: "stopped", reason: "answers 401 missing_jwt" }],
    [401, { code: "invalid_jwt" }, { kind: "stopped", reason: "answers 401 invalid_jwt" }],
    [403, "", { kind: "stopped", reason: "answers 403" }],
    [404, "", { kind: "stopped", reason: "answers 404" }],
    [413, { code: "payload_too_large" }, { kind: "refused", code: "status_413" }],
    [415, "", { kind: "stopped", reason: "answers 415" }],
    [500, { code: "ingest_failed" }, { kind: "retry", reason: "answers 500" }],
    [502, "", { kind: "unknown", reason: "answers 502" }],
    [503, "", { kind: "retry", reason: "answers 503" }],
    [504, "", { kind: "unknown", reason: "answers 504" }],
  ])("%i %j means what it means", (status, body, expected) => {
    expect(answer(status, body)).toMatchObject(expected);
  });

  test("429 says when to come again, a redirect where it leads", () => {
    expect(answer(429, { code: "rate_limited" }, { "retry-after": "7" })).toEqual({
      kind: "retry",
      reason: "answers 429",
      afterMs: 7_000,
    });
    expect(answer(301, "", { location: "https://elsewhere.example/" })).toMatchObject({ kind: "stopped" });
  });

  test("from something in between is no answer at all where a status is said to be one", () => {
    const response = { status: 502, header: () => undefined, body: new Uint8Array(0) };
    expect(classifyStatus(response, { unknown: [502] })).toEqual({ kind: "unknown", reason: "answers 502" });
    expect(classifyStatus(response)).toMatchObject({ kind: "retry" });
  });
});

test("an outage delays it, and a refusal names the one event", async () => {
  const there = await backend();
  there.reply = (attempt, { body }) =>
    attempt < 4
      ? { status: 500, body: { code: "ingest_failed" } }
      : body.includes('"bad"')
        ? { status: 400, body: { code: "invalid_payload" } }
        : { status: 200, body: { ok: true } };
  const { append, settled, letters } = await forwarding(heat(optionsOf(there.url)));
  await append([
    sealedBatchOf({ events: [custom("a"), custom("bad"), custom("c")] }),
    sealedBatchOf({ events: [custom("d")] }),
  ]);
  expect(await settled()).toMatchObject({ forwarded: 1, dead: 1, maybeDuplicate: 0 });
  expect(letters).toMatchObject([{ code: "invalid_payload", event: 1 }]);
});

test.each([
  [{ url: "heat.example" }, "targets[0].url: write the address"],
  [{ projectKey: "" }, "targets[0].projectKey: write the project's key"],
  [{ projectKey: "a b" }, "targets[0].projectKey: may hold no spaces"],
  [{ token: "Bearer x" }, "targets[0].token: must be a JWT"],
])("%j is refused by name", (more, expected) => {
  expect(() => heatChecks(optionsOf("https://heat.example", more), optionCheck("targets[0]"))).toThrow(expected);
});
