import type { Batch, SealedBatch } from "@isotherm/protocol";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { intakePath, post, type Said, startRelay } from "../kit/relay.js";
import { standIn } from "../kit/stand-in.js";
import { until } from "../kit/until.js";

const cookieName = intakePath.slice(1);
const written =
  /^f3k9q2w7=([0-9a-f]{32}(?:\.[0-9a-f-]{36})?); Path=\/f3k9q2w7; Max-Age=34128000; Secure; HttpOnly; SameSite=Lax$/;
const deleted = "f3k9q2w7=; Path=/f3k9q2w7; Max-Age=0; Secure; HttpOnly; SameSite=Lax";
const before = "0193a5b0-7c00-7abc-8def-000000000001";
const resetOne = "0193a5b0-7d00-7abc-8def-000000000001";
const resetTwo = "0193a5b0-7e00-7abc-8def-000000000001";
const after = "0193a5b0-7f00-7abc-8def-000000000001";

/** A browser that keeps the relay's cookie, and the visitors that the collector was told of. */
async function browser(options: Parameters<typeof startRelay>[1] = { visitorCookie: true }) {
  const collector = await standIn();
  const relay = await startRelay(collector, options);
  let cookie: string | undefined;
  return {
    relay,
    cookie: () => cookie,
    async send(batches: readonly Batch[], headers: Record<string, string> = {}, said: Said = {}) {
      const kept = cookie === undefined ? {} : { cookie: `other=1; ${cookieName}=${cookie}; more=2` };
      const response = await post(relay, envelopeOf({ batches }), { ...said, headers: { ...kept, ...headers } });
      const set = response.headers.get("set-cookie");
      if (set !== null) cookie = set === deleted ? undefined : written.exec(set)?.[1];
      return { status: response.status, set };
    },
    async visitorOf({ id }: Batch) {
      await until(() => collector.stored.has(id), Boolean);
      return collector.stored.get(id) as SealedBatch;
    },
  };
}

const batch = (overrides: Partial<Batch> = {}): Batch => batchOf({ at: Date.now(), ...overrides });

describe("the visitor cookie", () => {
  test("is not there unless it is asked for", async () => {
    const { send, relay } = await browser({});
    expect((await send([batch()])).set).toBeNull();
    expect((await post(relay, "", { method: "DELETE" })).status).toBe(405);
  });

  test("names the visitor of every batch, and is set once", async () => {
    const { send, visitorOf, cookie } = await browser();
    const [first, second] = [batch(), batch({ tab: "another" })];
    expect((await send([first])).set).toMatch(written);
    expect((await send([second])).set).toBeNull();
    expect((await visitorOf(first)).visitor).toBe(cookie());
    expect((await visitorOf(second)).visitor).toBe(cookie());
    expect((await visitorOf(second)).edge.visitor).toBeDefined();
  });

  test("is the same for requests of one tab that cross, and another for another browser", async () => {
    const { send, visitorOf } = await browser();
    const [one, two, other] = [batch({ tab: "t.1" }), batch({ tab: "t.1" }), batch({ tab: "t.2" })];
    const set = await Promise.all([one, two, other].map((it) => send([it], { cookie: "" })));
    expect(set[0]?.set).toBe(set[1]?.set);
    expect(set[2]?.set).not.toBe(set[1]?.set);
    expect((await visitorOf(one)).visitor).toBe((await visitorOf(two)).visitor);
    expect((await visitorOf(one)).visitor).not.toContain("t.1");
  });

  test("gives way to a visitor that the page names", async () => {
    const { send, visitorOf } = await browser();
    const own = batch({ visitor: "v-1" });
    expect((await send([own])).set).toBeNull();
    expect((await visitorOf(own)).visitor).toBe("v-1");
  });

  test("becomes another with the first batch after reset, once per log-out, in whatever order they come", async () => {
    const { send, visitorOf, cookie } = await browser();
    const first = batch({ id: before });
    await send([first]);
    const old = cookie();
    const [late, next] = [batch({ id: `${before.slice(0, -1)}2` }), batch({ id: after, reset: resetTwo })];
    await send([late, next]);
    const fresh = cookie() ?? "";
    expect(fresh).toMatch(new RegExp(`^[0-9a-f]{32}\\.${resetTwo}$`));
    expect((await visitorOf(late)).visitor).toBe(old);
    expect((await visitorOf(next)).visitor).toBe(fresh.slice(0, 32));
    expect(fresh.slice(0, 32)).not.toBe(old);

    const [same, older, later] = [
      batch({ reset: resetTwo }),
      batch({ reset: resetOne }),
      batch({ id: `${after.slice(0, -1)}2` }),
    ];
    const tooLate = batch({ id: `${before.slice(0, -1)}3` });
    expect((await send([same, older, later, tooLate])).set).toBeNull();
    for (const one of [same, older, later]) expect((await visitorOf(one)).visitor).toBe(fresh.slice(0, 32));
    expect((await visitorOf(tooLate)).visitor).toBeUndefined();
  });

  test.each<[string, Record<string, string>]>([
    ["GPC", { "sec-gpc": "1" }],
    ["DNT", { dnt: "1" }],
  ])("is never set for a visitor with %s, and deleted where it is there", async (_name, headers) => {
    const { send, cookie } = await browser();
    expect((await send([batch()], headers)).set).toBeNull();
    await send([batch()]);
    expect(cookie()).toBeDefined();
    expect((await send([batch()], headers)).set).toBe(deleted);
    expect(cookie()).toBeUndefined();
  });

  test("is not set when nothing is taken, nor for a page of another site, and what is no cookie of ours is none", async () => {
    const { send, relay } = await browser();
    const bad = await send([{ ...batch(), page: {} } as Batch]);
    expect(bad).toEqual({ status: 202, set: null });
    expect((await send([batch()], { "sec-fetch-site": "cross-site" })).set).toBeNull();
    const refused = await post(relay, "{", {});
    expect([refused.status, refused.headers.get("set-cookie")]).toEqual([400, null]);
    expect((await send([batch()], { cookie: `${cookieName}=mine` })).set).toMatch(written);
  });

  test("is deleted for a page that asks by DELETE", async () => {
    const { send, relay, cookie } = await browser();
    await send([batch()]);
    const asked = (headers: Record<string, string>) => post(relay, "", { method: "DELETE", headers });
    const response = await asked({ cookie: `${cookieName}=${cookie()}` });
    expect([response.status, response.headers.get("set-cookie")]).toEqual([204, deleted]);
    expect((await asked({})).headers.get("set-cookie")).toBeNull();
  });
});
