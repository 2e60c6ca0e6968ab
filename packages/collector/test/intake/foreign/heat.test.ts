import { limits } from "@isotherm/protocol";
import { fixtureTime } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { keyOf, origin, publicKey, type Running, running, siteOf } from "../../running.js";

const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";

/** An event as heat-sdk 0.2.6 makes them. */
const heatEvent = (own: object) => ({
  eventId: crypto.randomUUID(),
  sessionId: "s-1",
  ts: fixtureTime,
  path: "/pricing?plan=a#top",
  viewport: { w: 1280, h: 720, dpr: 1 },
  device: { ua: agent, platform: "Linux x86_64", language: "en-US" },
  meta: { viewportBucket: "1300x700" },
  ...own,
});

const page = (own: object = {}) => heatEvent({ type: "pageview", to: "/pricing?plan=a#top", ...own });

const payload = (events: readonly object[], own: object = {}) => ({
  sdk: { name: "@m-software-engineering/heat-sdk", version: "0.2.6" },
  app: {},
  session: { id: "s-1", startedAt: fixtureTime - 1_000, lastSeenAt: fixtureTime },
  events,
  ...own,
});

type Headers = { readonly [name: string]: string | undefined };

function post({ server }: Pick<Running, "server">, body: unknown, headers: Headers = {}): Promise<Response> {
  const all = { "content-type": "application/json", "x-project-key": publicKey, origin, ...headers };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const sent = typeof body === "string" ? body : JSON.stringify(body);
  return fetch(`${server.url}/ingest`, { method: "POST", headers: Object.fromEntries(given), body: sent });
}

/** What is stored, in the order of arrival. */
const stored = ({ store }: Pick<Running, "store">) => [...store.stored.values()].map(({ batch }) => batch);

async function taken(events: readonly object[], own: object = {}) {
  const it = await running();
  const answer = await post(it, payload(events, own));
  expect(answer.status).toBe(200);
  expect(await answer.json()).not.toHaveProperty("rejected");
  await it.collector.settled();
  return stored(it);
}

describe("POST /ingest, as heat-sdk sends it,", () => {
  test("is answered as heat-collector answers it", async () => {
    const it = await running();
    const answer = await post(it, payload([page(), heatEvent({ type: "custom", name: "signup" })]));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      ok: true,
      requestId: answer.headers.get("x-request-id"),
      projectId: "shop",
      sessionId: "s-1",
    });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "x-heat-collector": "heat-collector",
      "x-ingested-events": "2",
      "x-ratelimit-limit": "600",
      "x-ratelimit-remaining": "599",
      "x-ratelimit-reset": String(Math.ceil((it.clock.now + 100) / 1000)),
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
  });

  test.each([
    [
      { type: "pageview", to: "/b", from: "/a" },
      { type: "page", from: "/a", to: "/b" },
      { url: `${origin}/b`, referrer: `${origin}/a`, nav: "push" },
    ],
    [
      { type: "click", x: 10.4, y: 900.6, selector: "button#plan", button: 2 },
      { type: "click", x: 10, y: 901, el: "#plan", ex: 16_383, ey: 16_383, btn: 2, selector: "button#plan" },
      { url: `${origin}/pricing?plan=a#top`, dw: 1280, dh: 901 },
    ],
    [
      { type: "click", x: 1, y: 2, selector: "div.a > ul.b > li" },
      { type: "click", x: 1, y: 2, el: "div.a>ul.b>li" },
      { dh: 720 },
    ],
    [
      {
        type: "move",
        points: [
          { x: 5, y: 6, tsOffset: 0 },
          { x: 8, y: 4, tsOffset: 80 },
        ],
      },
      { type: "move", path: [5, 6, 80, 3, -2] },
      {},
    ],
    [
      { type: "scroll", scrollY: 740, scrollDepthPct: 50 },
      { type: "scroll", path: [740], max: 664, scrollDepthPct: 50 },
      { dh: 2200 },
    ],
    [{ type: "scroll", scrollY: 0, scrollDepthPct: 0 }, { type: "scroll", path: [0], max: 0 }, { dh: 721 }],
    [
      { type: "custom", name: "signup", props: { plan: "b", deep: { a: [1, null] } } },
      { type: "custom", name: "signup", props: { plan: "b", deep: { a: [1, null] } } },
      {},
    ],
    [
      { type: "input", action: "change", selector: "input#q", inputType: "search", length: 4, masked: "****" },
      { type: "input", act: "change", el: "#q", selector: "input#q", inputType: "search", length: 4, masked: "****" },
      {},
    ],
    [{ type: "keyboard", category: "editing" }, { type: "keyboard", cat: "editing" }, {}],
  ])("stores %j", async (own, event, facts) => {
    const sent = heatEvent(own);
    const [batch, ...others] = await taken([sent], { app: { name: "web", env: "test" } });
    expect(others).toEqual([]);
    expect(batch?.events).toHaveLength(1);
    expect(batch?.events[0]).toMatchObject({
      ...event,
      t: 0,
      eventId: sent.eventId,
      meta: sent.meta,
      app: { name: "web", env: "test" },
      platform: "Linux x86_64",
    });
    expect(batch).toMatchObject({ at: fixtureTime, session: "s-1", sdk: "@m-software-engineering/heat-sdk 0.2.6" });
    expect(batch?.page).toMatchObject({ vw: 1280, vh: 720, dpr: 1, lang: "en-US", ...facts });
    expect(batch?.edge).toMatchObject({ ua: agent, host: "shop.example", ip: "127.0.0.0" });
    expect(batch?.edge.visitor).toBeTruthy();
  });

  test("knows a page view by its session and address, and its height by how deep it was scrolled", async () => {
    const events = [page(), heatEvent({ type: "scroll", scrollY: 740, scrollDepthPct: 50 }), page({ to: "/other" })];
    const [first, second, third] = await taken(events);
    expect(first?.page.id).toBe(second?.page.id);
    expect(third?.page.id).not.toBe(first?.page.id);
    expect(first?.page.dh).toBe(2200);
    expect(first?.tab).toBe(third?.tab);
  });

  test("stores a trail that is too long for a batch in several, once", async () => {
    const points = Array.from({ length: 6_000 }, (_, i) => ({ x: i % 1280, y: i, tsOffset: i * 80 }));
    const it = await running();
    for (const body of [1, 2].map(() => payload([heatEvent({ type: "move", points, eventId: "long" })])))
      expect((await post(it, body)).headers.get("x-ingested-events")).toBe("1");
    await it.collector.settled();
    const found = stored(it).flatMap((batch) => {
      let [x = 0, y = 0, at = batch.at] = [0, 0, batch.at - fixtureTime];
      const { path = [] } = batch.events[0] as { readonly path?: readonly number[] };
      [x = 0, y = 0] = path;
      const seen = [{ x, y, tsOffset: at }];
      for (let i = 2; i < path.length; i += 3) {
        at += path[i] ?? 0;
        x += path[i + 1] ?? 0;
        y += path[i + 2] ?? 0;
        seen.push({ x, y, tsOffset: at });
      }
      return seen;
    });
    expect(found.sort((a, b) => a.tsOffset - b.tsOffset)).toEqual(points);
  });

  test("names the user, and stores the traits once", async () => {
    const it = await running();
    const user = { id: "u-1", traits: { plan: "pro" } };
    for (const event of [page(), heatEvent({ type: "keyboard", category: "other" })])
      await post(it, payload([event], { user }));
    await it.collector.settled();
    const batches = stored(it);
    expect(batches.map(({ user: id }) => id)).toEqual(["u-1", "u-1", "u-1"]);
    const events = batches.flatMap((batch) => batch.events);
    expect(events.filter(({ type }) => type === "identify")).toMatchObject([{ traits: { plan: "pro" } }]);
  });

  test("is stored once however often it comes, and by each site for itself", async () => {
    const it = await running();
    const events = [page(), heatEvent({ type: "keyboard", category: "other" })];
    const [first] = events;
    expect((await post(it, payload(events))).status).toBe(200);
    const again = await post(it, payload([...events, page()]));
    expect(again.headers.get("x-ingested-events")).toBe("3");
    const blog = { "x-project-key": "pk_otherotherotherotherothe", origin: "https://blog.example" };
    expect((await post(it, payload([first ?? {}]), blog)).status).toBe(200);
    await it.collector.settled();
    expect([...it.store.stored.values()].map(({ site }) => site)).toEqual(["shop", "shop", "shop", "blog"]);
    for (const { id } of stored(it)) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
  });

  test("loses no neighbour of an event that cannot be taken, and says which", async () => {
    const it = await running();
    const deep = JSON.parse(`${'{"a":'.repeat(40)}1${"}".repeat(40)}`);
    const bad = [
      heatEvent({ type: "click", x: "left", y: 1, eventId: "bad-x" }),
      heatEvent({ type: "hover", eventId: "bad-type" }),
      heatEvent({ type: "custom", name: "n", props: { text: "x".repeat(40_000) }, eventId: "too-large" }),
      heatEvent({ type: "custom", name: "n", props: deep, eventId: "too-deep" }),
      heatEvent({ type: "keyboard", category: "other", eventId: "" }),
    ];
    const answer = await post(it, payload([page(), ...bad, page()]));
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-ingested-events")).toBe("2");
    const { ok, rejected } = await answer.json();
    expect(ok).toBe(true);
    const ids = rejected.map(({ id }: { id: string }) => id).sort();
    expect(ids).toEqual(["#5", "bad-type", "bad-x", "too-deep", "too-large"]);
    for (const { message } of rejected) expect(message).not.toContain("/batches");
    await it.collector.settled();
    expect(stored(it)).toHaveLength(2);
    expect(await it.collector.metrics()).toContain('batches_total{outcome="batch_invalid"} 5');
  });

  test("takes wrong clocks as the native intake does", async () => {
    const it = await running();
    const hour = 3_600_000;
    const ahead = payload([page({ ts: fixtureTime + hour - 60_000.4 })], {
      session: { id: "s-1", lastSeenAt: it.clock.now + hour },
    });
    const absurd = payload([page({ ts: 95_617_584_000_000 }), page({ ts: -5 })]);
    for (const body of [ahead, absurd]) expect((await post(it, body)).headers.get("x-ingested-events")).not.toBe("0");
    await it.collector.settled();
    const [first, ...others] = stored(it);
    expect(first).toMatchObject({ at: fixtureTime + hour - 60_000, edge: { skew: hour } });
    expect(others.map(({ edge }) => edge.skew)).toEqual([0, 0]);
  });

  test("honours privacy signals by the site's policy", async () => {
    const it = await running();
    await post(it, payload([page({ sessionId: "secret-session" })], { user: { id: "u" } }), { "sec-gpc": "1" });
    await it.collector.settled();
    const [batch] = stored(it);
    expect(batch).toMatchObject({ edge: { privacy: "gpc" } });
    expect(JSON.stringify(batch)).not.toContain("secret-session");
    for (const field of ["visitor", "user", "session"]) expect(batch).not.toHaveProperty(field);
    await it.store.putSite(siteOf({ privacy: { gpc: "drop", dnt: "ignore" } }));
    await it.collector.refresh();
    expect((await post(it, payload([page()]), { "sec-gpc": "1" })).status).toBe(200);
    await it.collector.settled();
    expect(stored(it)).toHaveLength(1);
    expect((await it.collector.health()).dropped).toEqual({ gpc: 1 });
  });

  test("takes paths for the site's where no page sends them", async () => {
    const it = await running();
    await post(it, payload([page()]), { origin: undefined });
    await it.collector.settled();
    expect(stored(it)[0]?.page.url).toBe(`${origin}/pricing?plan=a#top`);
  });
});

describe("POST /ingest refuses", () => {
  const good = payload([page()]);
  test.each([
    ["what is no JSON", 400, "invalid_json", "{", {}],
    ["what nests without end", 400, "invalid_json", "[".repeat(100), {}],
    ["what is no object", 400, "invalid_json", "[]", {}],
    ["a body without a session", 400, "invalid_payload", { events: [page()] }, {}],
    ["a session without an id", 400, "invalid_payload", payload([page()], { session: {} }), {}],
    ["a body without events", 400, "invalid_payload", payload([]), {}],
    ["a request without a key", 401, "missing_project_key", good, { "x-project-key": undefined }],
    ["an unknown key", 401, "key_unknown", good, { "x-project-key": "pk_unknownunknownunknownun" }],
    ["a page that is not the site's", 403, "origin_refused", good, { origin: "https://thief.example" }],
    ["too much", 413, "payload_too_large", "x".repeat(limits.requestBytes + 1), {}],
    ["too many events", 413, "payload_too_large", payload(Array.from({ length: 1_001 }, () => ({}))), {}],
    ["another encoding than gzip", 415, "encoding_unsupported", good, { "content-encoding": "br" }],
  ])("%s: %i %s", async (_what, status, code, body, headers) => {
    const answer = await post(await running(), body, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("x-heat-collector")).toBe("heat-collector");
    expect(await answer.json()).toEqual({
      error: expect.any(String),
      code,
      message: expect.any(String),
      requestId: answer.headers.get("x-request-id"),
    });
  });

  test("too many requests of an address, with the time to wait", async () => {
    const it = await running({ requestsPerMinute: 1 });
    await post(it, good);
    const answer = await post(it, good);
    expect(answer.status).toBe(429);
    expect(answer.headers.get("retry-after")).toBe("60");
    expect(answer.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(await answer.json()).toMatchObject({ code: "rate_limited" });
  });

  test("more events than a key may send, keys that were revoked, and everything once it is closing", async () => {
    const it = await running({ eventsPerMinute: 1 });
    expect((await post(it, good)).status).toBe(200);
    expect((await post(it, payload([page(), page()]))).status).toBe(429);
    await it.store.putKey(keyOf({ revokedAt: fixtureTime }));
    await it.collector.refresh();
    expect(await (await post(it, good)).json()).toMatchObject({ code: "key_unknown" });
    await it.collector.close();
    expect((await post(it, good)).status).toBe(503);
  });

  test("pages of other origins in the preflight, and tells ours what they may send and read", async () => {
    const { server } = await running();
    const ask = (from: string) => fetch(`${server.url}/ingest`, { method: "OPTIONS", headers: { origin: from } });
    const allowed = await ask(origin);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get("access-control-allow-headers")).toMatch(/content-type.*x-project-key, authorization/);
    expect(allowed.headers.get("access-control-expose-headers")).toContain("X-Ingested-Events");
    expect((await ask("https://thief.example")).status).toBe(403);
  });
});
