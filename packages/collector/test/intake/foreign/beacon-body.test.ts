import { fixtureTime } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { origin, publicKey, type Running, running } from "../../running.js";

const body = (own: object = {}) => ({
  apiKey: publicKey,
  session: { sessionId: "s-1", anonId: "a-1" },
  events: [{ id: "e-1", type: "pageview", timestamp: fixtureTime, path: "/a" }],
  ...own,
});

const post = ({ server }: Pick<Running, "server">, sent: unknown, headers: object = {}): Promise<Response> =>
  fetch(`${server.url}/v1/ingest`, {
    method: "POST",
    headers: { "content-type": "text/plain;charset=UTF-8", origin, ...headers },
    body: typeof sent === "string" ? sent : JSON.stringify(sent),
  });

const stored = ({ store }: Pick<Running, "store">) => [...store.stored.values()].map(({ batch }) => batch);
const one = (event: object, own: object = {}) =>
  body({ events: [{ id: "e", timestamp: fixtureTime, ...event }], ...own });

describe("POST /v1/ingest", () => {
  test.each([
    [one({ type: "page_view", url: `${origin}/b`, title: "B" }), { type: "page" }, { url: `${origin}/b`, title: "B" }],
    [
      one({ type: "click", x: 10.4, y: 900, selector: "#buy", viewport: { w: 400, h: 700 }, label: "Buy" }),
      { type: "click", x: 10, y: 900, el: "#buy", props: { label: "Buy" } },
      { vw: 400, vh: 700, dw: 400, dh: 900 },
    ],
    [one({ type: "click", x: 1, y: 2 }), { type: "click", x: 1, y: 2 }, { vw: 0, dw: 1280 }],
    [
      one(
        { type: "custom", name: "signup", properties: { plan: "pro" } },
        { path: "/around", viewport: { w: 9, h: 8 } },
      ),
      { type: "custom", name: "signup", props: { plan: "pro" } },
      { url: `${origin}/around`, vw: 9, vh: 8 },
    ],
    [
      one({ type: "play", name: "intro", at: 3 }),
      { type: "custom", name: "play", props: { name: "intro", at: 3 } },
      {},
    ],
    [
      body({
        events: [],
        movement: [
          { x: 5, y: 6, t: fixtureTime, path: "/m" },
          { x: 8, y: 4, t: fixtureTime + 80, path: "/m" },
        ],
      }),
      { type: "move", path: [5, 6, 80, 3, -2] },
      { url: `${origin}/m` },
    ],
  ])("stores %j", async (sent, event, page) => {
    const it = await running();
    expect((await post(it, sent)).status).toBe(204);
    await it.collector.settled();
    const [batch, ...others] = stored(it);
    expect(others).toEqual([]);
    expect(batch?.events).toMatchObject([{ t: 0, ...event }]);
    expect(batch).toMatchObject({ at: fixtureTime, visitor: "a-1", session: "s-1", page });
  });

  test("stores events with ids and movement once, and says so", async () => {
    const it = await running();
    const movement = [{ x: 1, y: 2, t: fixtureTime }];
    await post(it, body({ movement }));
    const again = await post(it, body({ movement }));
    expect(again.status).toBe(202);
    expect(await again.json()).toEqual({ accepted: 0, duplicate: 2, rejected: [] });
    for (let i = 0; i < 2; i++) await post(it, body({ events: [{ type: "pageview", timestamp: fixtureTime }] }));
    await it.collector.settled();
    expect(stored(it)).toHaveLength(4);
  });

  test("cuts movement where the page changes, and where it is too long for a batch", async () => {
    const it = await running();
    const samples = (path: string, count: number, from: number) =>
      Array.from({ length: count }, (_, i) => ({ x: i, y: i, t: from + i, path }));
    const movement = [...samples("/a", 2_000, fixtureTime), ...samples("/b", 10, fixtureTime + 5_000)];
    expect((await post(it, body({ events: [], movement }))).status).toBe(204);
    await it.collector.settled();
    const paths = stored(it).map(({ page, events }) => [page.url, (events[0] as { path?: unknown[] }).path?.length]);
    expect(paths).toEqual([
      [`${origin}/a`, 2 + 3 * 1_499],
      [`${origin}/a`, 2 + 3 * 499],
      [`${origin}/b`, 2 + 3 * 9],
    ]);
  });

  test("loses no neighbour of an event that cannot be taken", async () => {
    const it = await running();
    const events = [...body().events, { id: "bad", type: "click", x: "left", y: 1 }, { id: "none" }, 7];
    const answer = await post(it, body({ events, movement: [{ x: 1, y: 1 }] }));
    expect(answer.status).toBe(202);
    const { accepted, rejected } = await answer.json();
    expect(accepted).toBe(1);
    const ids = rejected.map(({ id }: { id: string }) => id).sort();
    expect(ids).toEqual(["#3", "bad", "movement", "none"]);
    await it.collector.settled();
    expect(stored(it)).toHaveLength(1);
  });

  test("sets a clock that is ahead back, but nothing for a time that no clock tells", async () => {
    const it = await running();
    const hour = 3_600_000;
    const timed = (...times: readonly number[]) =>
      body({ events: times.map((timestamp) => ({ type: "pageview", timestamp })) });
    await post(it, timed(fixtureTime + hour, it.clock.now + hour));
    await post(it, timed(fixtureTime, 95_617_584_000_000));
    await it.collector.settled();
    expect(stored(it).map(({ edge }) => edge.skew)).toEqual([hour, hour, 0, 0]);
  });

  test("keeps no id of a visitor whose signal the site honours", async () => {
    const it = await running();
    await post(it, body({ session: { sessionId: "secret-s", anonId: "secret-a", userId: "secret-u" } }), {
      "sec-gpc": "1",
    });
    await it.collector.settled();
    expect(stored(it)).toHaveLength(1);
    expect(JSON.stringify(stored(it))).not.toContain("secret");
  });

  test.each([
    ["what is no JSON", 400, "envelope_invalid", "{", {}],
    ["a body without a session", 400, "envelope_invalid", body({ session: undefined }), {}],
    ["a body without a key", 400, "envelope_invalid", body({ apiKey: undefined }), {}],
    ["events that are no list", 400, "envelope_invalid", body({ events: {} }), {}],
    ["a body with nothing in it", 400, "envelope_invalid", body({ events: [] }), {}],
    ["an unknown key", 401, "key_unknown", body({ apiKey: "pk_unknownunknownunknownun" }), {}],
    ["a page that is not the site's", 403, "origin_refused", body(), { origin: "https://thief.example" }],
  ])("refuses %s with %i %s", async (_what, status, code, sent, headers) => {
    const it = await running();
    const answer = await post(it, sent, headers);
    expect([answer.status, (await answer.json()).code]).toEqual([status, code]);
    await it.collector.settled();
    expect(stored(it)).toEqual([]);
  });
});
