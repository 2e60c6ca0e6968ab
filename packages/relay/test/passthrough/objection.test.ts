import { describe, expect, test } from "vitest";
import { delivered, through } from "../kit/through.js";

const headers = { "sec-gpc": "1" };
const body = '{"event":"x","distinct_id":"visitor-1","properties":{}}';

describe("a pass-through, of visitors who object,", () => {
  test.each(["/e/", "/e", "//e/", "/%65/", "/batch", "/batch/", "/track/", "/i/v0/ai/", "/conversations", "/flags/x"])(
    "hands on nothing that may carry events: POST %s",
    async (below) => {
      const set = await through({ preset: "posthog" });
      const answer = await set.send(below, { body, headers });
      expect([answer.status, await answer.json()]).toEqual([200, { status: "Ok" }]);
      await delivered(set);
      expect(set.there.seen).toEqual([]);
      const { came } = (await set.relay.ledger()).passthroughs.posthog ?? {};
      expect(came).toMatchObject({ received: 1, journaled: 0, refused: { gpc: 1 } });
    },
  );

  test("hands on nothing that is sent to a path for events by another method", async () => {
    const set = await through({ preset: "posthog" });
    await set.send("/e/?data=e30%3D", { method: "GET", headers });
    expect(set.there.seen).toEqual([]);
  });

  test("hands on what the page needs, without the address", async () => {
    const set = await through({ preset: "posthog" });
    await set.send("/flags/?v=2", { body, headers });
    await set.send("/decide", { body, headers });
    await set.send("/static/array.js", { method: "GET", headers });
    expect(set.there.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /flags/?v=2",
      "POST /decide",
      "GET /static/array.js",
    ]);
    expect(set.there.seen.filter((seen) => JSON.stringify(seen).includes("203.0.113.7"))).toEqual([]);
  });

  test("drops for DNT alone only where that is said, and leaves the signal to the backend otherwise", async () => {
    const dnt = { dnt: "1" };
    const set = await through({ preset: "posthog", privacy: { gpc: "ignore", dnt: "drop" } });
    await set.send("/other", { body, headers: dnt });
    expect(set.there.seen).toEqual([]);
    await set.send("/other", { body, headers });
    expect(set.there.seen).toMatchObject([
      { path: "/other", headers: { "x-forwarded-for": "203.0.113.7", ...headers } },
    ]);
  });
});

describe("a pass-through", () => {
  test("delivers under the rule's own spelling, which the backend knows", async () => {
    const set = await through({ preset: "posthog" });
    for (const below of ["/e?ip=1", "//e//?ip=1", "/e/?ip=1"]) await set.send(below, { body });
    await delivered(set);
    expect(set.there.seen.map(({ path }) => path)).toEqual(["/e/?ip=1", "/e/?ip=1", "/e/?ip=1"]);
  });

  test("counts what it hands on live towards the limit of an address", async () => {
    const set = await through({ preset: "posthog" }, { requestsPerMinute: 5, now: () => 1_763_715_600_000 });
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++) statuses.push((await set.send("/flags/", { body: "{}" })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    expect(set.there.seen).toHaveLength(5);
    expect((await set.send("/flags/", { body: "{}" }, "198.51.100.1")).status).toBe(200);
    const { came } = (await set.relay.ledger()).passthroughs.posthog ?? {};
    expect(came).toMatchObject({ received: 3, refused: { rate_limited: 3 } });
    expect(await set.relay.ledger()).toMatchObject({ balanced: true });
  });
});
