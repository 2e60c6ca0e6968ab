import { fixtureTime } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { origin, otherReadKey, type Running, readKey, running, siteOf } from "../../running.js";

const event = (own: object = {}) => ({
  event_type: "pageview",
  visitor_id: "v-1",
  session_id: "s-1",
  timestamp: fixtureTime,
  domain: "shop.example",
  ...own,
});

const post = ({ server }: Pick<Running, "server">, body: unknown, headers: object = {}): Promise<Response> =>
  fetch(`${server.url}/events`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const stored = ({ store }: Pick<Running, "store">) => [...store.stored.values()].map(({ batch }) => batch);

describe("POST /events", () => {
  test.each([
    [event(), [{ type: "page", t: 0 }], { url: `${origin}/` }],
    [
      event({ event_type: "page_view", path: "/a?b=c", referrer: "https://r.example/", title: "A", plan: "x" }),
      [{ type: "page", t: 0, props: { plan: "x" } }],
      { url: `${origin}/a?b=c`, referrer: "https://r.example/", title: "A" },
    ],
    [
      event({ event_type: "signup", url: "https://shop.example/join", properties: { plan: "pro" }, step: 2 }),
      [{ type: "custom", t: 0, name: "signup", props: { plan: "pro", step: 2 } }],
      { url: `${origin}/join` },
    ],
    [event({ timestamp: "2026-11-21T09:00:00Z", domain: "https://shop.example/x" }), [{ type: "page", t: 0 }], {}],
  ])("stores %j", async (body, events, page) => {
    const it = await running();
    const answer = await post(it, body);
    expect(answer.status).toBe(201);
    await it.collector.settled();
    const [batch, ...others] = stored(it);
    expect(others).toEqual([]);
    expect(await answer.json()).toEqual({ success: true, eventId: batch?.id });
    expect(batch).toMatchObject({ at: fixtureTime, visitor: "v-1", session: "s-1", events, page });
  });

  test("stores an event with an id of its own once, and others as often as they come", async () => {
    const it = await running();
    for (const body of [event({ event_id: "e-1" }), event({ event_id: "e-1" }), event(), event()])
      expect((await post(it, body)).status).toBe(201);
    await it.collector.settled();
    expect(stored(it)).toHaveLength(3);
  });

  test("sets a clock that is ahead back, and takes receipt for the time where none is told", async () => {
    const it = await running();
    await post(it, event({ timestamp: fixtureTime + 3_600_000 }));
    await post(it, event({ timestamp: undefined }));
    await it.collector.settled();
    const [ahead, silent] = stored(it);
    expect(ahead?.edge.skew).toBe(3_600_000 - 1_000);
    expect(silent).toMatchObject({ at: it.clock.now, edge: { skew: 0 } });
  });

  test("keeps no id of a visitor whose signal the site honours", async () => {
    const it = await running();
    await post(it, event(), { "sec-gpc": "1" });
    await it.collector.settled();
    expect(stored(it)).toHaveLength(1);
    expect(JSON.stringify(stored(it))).not.toMatch(/v-1|s-1/);
  });

  test.each([
    ["what is no JSON", 400, "envelope_invalid", "{", {}],
    ["an event without a type", 400, "envelope_invalid", event({ event_type: undefined }), {}],
    ["a type that is no text", 400, "envelope_invalid", event({ event_type: 5 }), {}],
    ["a time that is none", 400, "envelope_invalid", event({ timestamp: "soon" }), {}],
    ["an event without a domain", 400, "envelope_invalid", event({ domain: undefined }), {}],
    ["too much", 400, "envelope_invalid", event({ event_type: "n", note: "x".repeat(40_000) }), {}],
    ["a domain that no site lists", 403, "origin_refused", event({ domain: "thief.example" }), {}],
    ["a page that is not the site's", 403, "origin_refused", event(), { origin: "https://blog.example" }],
    ["an address that is not the site's", 403, "origin_refused", event({ url: "https://thief.example/" }), {}],
  ])("refuses %s with %i %s", async (_what, status, code, body, headers) => {
    const it = await running();
    const answer = await post(it, body, headers);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ code, requestId: answer.headers.get("x-request-id") });
    await it.collector.settled();
    expect(stored(it)).toEqual([]);
  });

  test("counts against the site's events and the address's requests", async () => {
    const few = await running({ eventsPerMinute: 1 });
    const seldom = await running({ requestsPerMinute: 1 });
    for (const it of [few, seldom]) {
      expect((await post(it, event())).status).toBe(201);
      expect((await post(it, event())).status).toBe(429);
    }
  });

  test("finds a site on another port by its whole host", async () => {
    const it = await running();
    await it.store.putSite(siteOf({ origins: ["http://127.0.0.1:8080"] }));
    await it.collector.refresh();
    expect((await post(it, event({ domain: "127.0.0.1" }))).status).toBe(403);
    for (const domain of ["127.0.0.1:8080", "http://127.0.0.1:8080"])
      expect((await post(it, event({ domain }))).status).toBe(201);
  });
});

describe("GET /analytics/metrics", () => {
  test("answers the six numbers to whoever may read the site", async () => {
    const { get, store } = await running();
    const answer = await get("/analytics/metrics?siteId=shop&period=7d");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ siteId: "shop", metrics: { visitors: expect.any(Number) } });
    expect(store.asked.at(-1)).toMatchObject({
      name: "summary",
      query: { site: "shop", range: { from: "2026-11-15", to: "2026-11-21" } },
    });
  });

  test.each([
    ["?siteId=shop", null, 401, "token_invalid"],
    ["?siteId=shop", otherReadKey, 404, "not_found"],
    ["", readKey, 400, "query_invalid"],
    ["?siteId=shop&periode=7d", readKey, 400, "query_invalid"],
  ])("refuses %s", async (query, key, status, code) => {
    const { get } = await running();
    const answer = await get(`/analytics/metrics${query}`, key);
    expect([answer.status, (await answer.json()).code]).toEqual([status, code]);
  });
});
