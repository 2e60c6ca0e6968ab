import { fixtureTime } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { keyOf, operatorKey, origin, type Running, readKey, running, writeKey } from "../../running.js";

const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

const event = (own: object = {}) => ({ visitorId: "v-1", sessionId: "s-1", timestamp: fixtureTime, ...own });

function post(
  { server }: Pick<Running, "server">,
  what: string,
  body: unknown,
  key: string | null = writeKey,
): Promise<Response> {
  return fetch(`${server.url}/track/${what}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(key !== null && { authorization: `Bearer ${key}` }) },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

const stored = ({ store }: Pick<Running, "store">) => [...store.stored.values()].map(({ batch }) => batch);

describe("POST /track", () => {
  test.each([
    [
      "view",
      { contentId: "42", contentType: "article", app: "web", attribution: { source: "news", campaign: "may" } },
      [{ type: "page", props: { contentId: "42", contentType: "article", app: "web" } }],
      { url: `${origin}/article/42?utm_source=news&utm_campaign=may` },
    ],
    [
      "view",
      { url: `${origin}/a?utm_source=x`, attribution: { source: "y" } },
      [{ type: "page" }],
      { url: `${origin}/a?utm_source=x` },
    ],
    [
      "engagement",
      { contentId: "42", duration: 12_000, scrollDepth: 55 },
      [
        { type: "attention", engaged: 12_000, bands: [], props: { contentId: "42" } },
        { type: "scroll", path: [0], max: 550 },
      ],
      { dh: 1, vh: 0 },
    ],
    [
      "interaction",
      { action: "like", name: "n", contentId: "1" },
      [{ type: "custom", name: "like", props: { name: "n", contentId: "1" } }],
      {},
    ],
    [
      "event",
      { name: "signup", properties: { plan: "pro" } },
      [{ type: "custom", name: "signup", props: { plan: "pro" } }],
      {},
    ],
    [
      "conversion",
      { name: "order", value: 9.5, currency: "EUR", app: { name: "shop" } },
      [{ type: "goal", name: "order", value: 9.5, currency: "EUR", props: { app: { name: "shop" } } }],
      {},
    ],
    [
      "funnel",
      { funnel: "checkout", step: "pay" },
      [{ type: "custom", name: "checkout: pay", props: { funnel: "checkout", step: "pay" } }],
      {},
    ],
    [
      "registration-funnel",
      { step: "email" },
      [{ type: "custom", name: "registration: email", props: { step: "email" } }],
      {},
    ],
  ])("/%s stores %j", async (what, own, events, page) => {
    const it = await running();
    const answer = await post(it, what, event({ ...own, userId: "u-1" }));
    expect(answer.status).toBe(201);
    await it.collector.settled();
    const [batch, ...others] = stored(it);
    expect(others).toEqual([]);
    expect(await answer.json()).toEqual({ success: true, eventId: batch?.id });
    expect(batch).toMatchObject({ at: fixtureTime, visitor: "v-1", session: "s-1", user: "u-1", page });
    expect(batch?.events).toMatchObject(events.map((one) => ({ t: 0, ...one })));
    expect(batch?.events).toHaveLength(events.length);
  });

  test("counts an engagement with the view that it belongs to", async () => {
    const it = await running();
    await post(it, "view", event({ contentId: "42" }));
    await post(it, "engagement", event({ contentId: "42", duration: 1_000 }));
    await it.collector.settled();
    const [view, engagement] = stored(it);
    expect([engagement?.tab, engagement?.page.id]).toEqual([view?.tab, view?.page.id]);
  });

  test("believes who the client was, keeps no address, and honours its signals", async () => {
    const it = await running();
    const client = {
      ip: "198.51.100.7",
      userAgent: agent,
      language: "fr",
      country: "FR",
      viewport: { w: 400, h: 800 },
    };
    await post(it, "view", { url: `${origin}/a`, client });
    await post(it, "view", { url: `${origin}/a`, client: { ...client, ip: "203.0.113.9" } });
    await post(it, "view", event({ client: { ...client, gpc: true } }));
    await it.collector.settled();
    const [first, second, third] = stored(it);
    expect(first?.edge).toMatchObject({ ip: "198.51.100.0", ua: agent, lang: "fr", country: "FR" });
    expect(first?.page).toMatchObject({ vw: 400, vh: 800, lang: "fr" });
    expect(first?.edge.visitor).not.toBe(second?.edge.visitor);
    expect(third?.edge.privacy).toBe("gpc");
    expect(third).not.toHaveProperty("visitor");
    expect(JSON.stringify(stored(it))).not.toMatch(/198\.51\.100\.7|203\.0\.113\.9/);
  });

  test("stores an event with an id of its own once, also without a time", async () => {
    const it = await running();
    for (const own of [{ eventId: "e-1" }, { eventId: "e-1" }, {}, {}])
      expect((await post(it, "view", event(own))).status).toBe(201);
    for (let i = 0; i < 2; i++) {
      expect(await (await post(it, "event", { eventId: "e-2", name: "n" })).json()).toMatchObject({ eventId: "e-2" });
      it.clock.now += 60_000;
    }
    await it.collector.settled();
    expect(stored(it)).toHaveLength(4);
  });

  test("takes many of many visitors at once, without those that it cannot take", async () => {
    const it = await running();
    const client = (ip: string) => ({ client: { ip, userAgent: agent } });
    const events = [
      { type: "view", url: `${origin}/a`, ...client("198.51.100.1") },
      { type: "event", name: "n", ...client("198.51.100.2") },
      { type: "hover", eventId: "bad-type" },
      { type: "view", eventId: "bad-client", client: { ip: 5 } },
      { type: "conversion", eventId: "bad-currency", name: "n", currency: "EURO" },
      { type: "view", url: `${origin}/b`, ...client("198.51.100.1") },
    ];
    const answer = await post(it, "batch", { events });
    expect(answer.status).toBe(201);
    const { success, count, rejected } = await answer.json();
    expect({ success, count }).toEqual({ success: true, count: 3 });
    const ids = rejected.map(({ id }: { id: string }) => id).sort();
    expect(ids).toEqual(["bad-client", "bad-currency", "bad-type"]);
    await it.collector.settled();
    expect(new Set(stored(it).map(({ edge }) => edge.visitor)).size).toBe(2);
    expect(await (await post(it, "batch", { events: [{ type: "view" }] })).json()).toEqual({ success: true, count: 1 });
    expect(await (await post(it, "batch", { events: [7] })).json()).toMatchObject({ success: false, count: 0 });
  });

  test.each([
    ["view", "{", 400, "envelope_invalid", writeKey],
    ["view", event({ client: { ip: 5 } }), 400, "envelope_invalid", writeKey],
    ["event", event(), 400, "envelope_invalid", writeKey],
    ["engagement", event(), 400, "envelope_invalid", writeKey],
    ["conversion", event({ name: "n", value: "1" }), 400, "envelope_invalid", writeKey],
    ["funnel", event({ funnel: "f" }), 400, "envelope_invalid", writeKey],
    ["batch", { events: [] }, 400, "envelope_invalid", writeKey],
    ["view", event(), 401, "token_invalid", null],
    ["view", event(), 401, "token_invalid", `wr_${"x".repeat(32)}`],
    ["view", event(), 401, "token_invalid", readKey],
    ["view", event(), 401, "token_invalid", operatorKey],
    ["nothing", event(), 404, "not_found", writeKey],
  ])("refuses /%s %j with %i %s", async (what, body, status, code, key) => {
    const it = await running();
    const answer = await post(it, what, body, key);
    expect([answer.status, (await answer.json()).code]).toEqual([status, code]);
    await it.collector.settled();
    expect(stored(it)).toEqual([]);
  });

  test("refuses a revoked key, an address that was wrong too often, and more events than the key may send", async () => {
    const it = await running({ eventsPerMinute: 1, failuresPerMinute: 2 });
    expect((await post(it, "view", event())).status).toBe(201);
    expect((await post(it, "view", event())).status).toBe(429);
    const [key] = (await it.store.registry()).keys.filter(({ kind }) => kind === "write");
    await it.store.putKey({ ...keyOf({}), ...key, revokedAt: fixtureTime });
    await it.collector.refresh();
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await post(it, "view", event())).status);
    expect(statuses).toEqual([401, 401, 429]);
  });

  test("does not open what a read key opens", async () => {
    const { get } = await running();
    expect((await get("/v1/sites", writeKey)).status).toBe(401);
  });
});
