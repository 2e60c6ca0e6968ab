import { gzipSync } from "node:zlib";
import { memoryJournal } from "@isotherm/journal/memory";
import type { PassthroughOptions } from "@isotherm/relay";
import { describe, expect, test } from "vitest";
import { key } from "../kit/stand-in.js";
import { agent, delivered, through } from "../kit/through.js";
import { until } from "../kit/until.js";

describe("a pass-through", () => {
  test("answers at once, and delivers what a page sent as it came, with its address and agent, without its cookies", async () => {
    const set = await through({ preset: "plausible" });
    const body = '{"n":"pageview","u":"https://shop.example/","d":"shop.example"}';
    const trace = { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", tracestate: "shop=1" };
    const answer = await set.send("/api/event", { body, headers: { "content-type": "text/plain", ...trace } });
    expect([answer.status, await answer.text()]).toEqual([202, "ok"]);
    await delivered(set);
    expect(set.there.seen).toMatchObject([{ method: "POST", path: "/api/event", body }]);
    const { headers } = set.there.seen[0] ?? {};
    expect(headers).toMatchObject({
      "x-forwarded-for": "203.0.113.7",
      "user-agent": agent,
      "content-type": "text/plain",
      ...trace,
    });
    expect(headers).not.toHaveProperty("cookie");
  });

  test("loses nothing while the backend is away, and keeps the order of each visitor", async () => {
    const set = await through({ preset: "plausible" });
    set.there.reply = (attempt) => (attempt < 15 ? { status: 503 } : { status: 202 });
    const sent: string[] = [];
    for (let i = 0; i < 40; i++) {
      const body = JSON.stringify({ n: `event ${i}` });
      sent.push(body);
      expect((await set.send("/api/event", { body }, `203.0.113.${i % 4}`)).status).toBe(202);
    }
    await delivered(set);
    const taken = set.there.seen.slice(14);
    for (let visitor = 0; visitor < 4; visitor++) {
      const own = taken.filter(({ headers }) => headers["x-forwarded-for"] === `203.0.113.${visitor}`);
      expect(own.map(({ body }) => body)).toEqual(sent.filter((_, i) => i % 4 === visitor));
    }
    expect((await set.relay.health()).passthroughs.plausible).toMatchObject({
      received: 40,
      forwarded: 40,
      waiting: 0,
    });
    const ledger = await set.relay.ledger();
    expect(ledger.passthroughs.plausible).toMatchObject({
      came: { received: 40, journaled: 40 },
      backend: { journaled: 40, forwarded: 40, dead: 0, maybeDuplicate: 0 },
    });
  });

  test("believes no answer that lies: what Plausible drops and what Umami takes for a bot goes to the dead letters", async () => {
    const plausible = await through({ preset: "plausible" });
    plausible.there.reply = () => ({ status: 202, headers: { "x-plausible-dropped": "1" } });
    await plausible.send("/api/event", { body: "{}" });
    await delivered(plausible);
    expect((await plausible.relay.ledger()).passthroughs.plausible?.backend).toMatchObject({ dead: 1, forwarded: 0 });
    const umami = await through({ preset: "umami" });
    umami.there.reply = () => ({ status: 200, body: { beep: "boop" } });
    await umami.send("/api/send", { body: '{"type":"event","payload":{}}' });
    await delivered(umami);
    expect((await umami.relay.ledger()).passthroughs.umami?.backend).toMatchObject({ dead: 1, forwarded: 0 });
  });

  test("gives Umami the time of receipt, the address and the agent in the payload", async () => {
    const now = Date.UTC(2026, 10, 22, 9);
    const set = await through({ preset: "umami" }, { now: () => now });
    const payload = { website: "7f0c", url: "/p" };
    await set.send("/api/send", { body: JSON.stringify({ type: "event", payload }) });
    await delivered(set);
    expect(JSON.parse(set.there.seen[0]?.body ?? "")).toEqual({
      type: "event",
      payload: { ...payload, timestamp: now / 1_000, ip: "203.0.113.7", userAgent: agent },
    });
  });

  const at = Date.UTC(2026, 10, 22, 9);
  // The page's clock is an hour ahead: its event happened two seconds before it was sent.
  const event = { event: "$pageview", timestamp: new Date(at + 3_600_000 - 2_000).toISOString(), uuid: "0193" };
  const sentAt = new Date(at + 3_600_000).toISOString();
  const restated = { event: "$pageview", uuid: "0193", timestamp: new Date(at - 2_000).toISOString() };
  test.each<[string, string, BodyInit, unknown]>([
    [
      "in the body, packed",
      "/e/?ip=1&compression=gzip-js",
      gzipSync(JSON.stringify({ api_key: "phc", batch: [event], sent_at: sentAt })),
      { api_key: "phc", batch: [restated] },
    ],
    ["in the query", `/i/v0/e/?ip=1&sent_at=${at + 3_600_000}`, JSON.stringify([event]), [restated]],
    [
      "in a form's field",
      "/e/?ip=1",
      `data=${encodeURIComponent(btoa(JSON.stringify({ ...event, sent_at: sentAt })))}`,
      restated,
    ],
  ])("gives PostHog times that do not depend on the delivery: sent_at %s", async (_, below, body, expected) => {
    const set = await through({ preset: "posthog" }, { now: () => at });
    expect(await (await set.send(below, { body })).json()).toEqual({ status: "Ok" });
    await delivered(set);
    const [seen] = set.there.seen;
    expect(seen?.path).toBe(`${below.split("?")[0]}?ip=1`);
    expect(seen?.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(seen?.body ?? "")).toEqual(expected);
  });

  test("delivers as it came what it cannot read", async () => {
    const set = await through({ preset: "posthog" });
    await set.send("/e/?compression=lz64", { body: "no JSON" });
    await delivered(set);
    expect(set.there.seen).toMatchObject([{ path: "/e/?compression=lz64", body: "no JSON" }]);
  });

  test("hands everything else on live, and says so when nobody answers", async () => {
    const set = await through({ preset: "posthog" });
    set.there.reply = () => ({ status: 200, headers: { etag: '"1"', "set-cookie": "a=1" }, body: { flags: {} } });
    const answer = await set.send("/flags/?v=2", { body: "{}" });
    expect([answer.status, await answer.json(), answer.headers.get("etag")]).toEqual([200, { flags: {} }, '"1"']);
    expect(answer.headers.has("set-cookie")).toBe(false);
    expect(await set.send("/static/array.js", { method: "GET" }).then(({ status }) => status)).toBe(200);
    expect(set.there.seen.map(({ method, path: asked }) => `${method} ${asked}`)).toEqual([
      "POST /flags/?v=2",
      "GET /static/array.js",
    ]);
    set.there.reply = () => "cut";
    expect((await set.send("/flags/", { body: "{}" })).status).toBe(503);
    expect((await set.relay.ledger()).passthroughs.posthog?.came.received).toBe(0);
  });

  test("keeps nothing of visitors who send GPC, unless that is left to the backend", async () => {
    const headers = { "sec-gpc": "1" };
    const set = await through({ preset: "plausible" });
    expect((await set.send("/api/event", { body: "{}", headers })).status).toBe(202);
    await delivered(set);
    expect(set.there.seen).toEqual([]);
    expect((await set.relay.ledger()).passthroughs.plausible?.came).toMatchObject({ received: 1, refused: { gpc: 1 } });
    const left = await through({ preset: "plausible", privacy: { gpc: "ignore" } });
    await left.send("/api/event", { body: "{}", headers });
    await delivered(left);
    expect(left.there.seen).toMatchObject([{ headers }]);
  });

  test("refuses what its journal cannot take, so that the page tries again", async () => {
    const journal = memoryJournal({ maxBytes: 600 });
    const set = await through({ preset: "plausible", journal });
    set.there.reply = () => ({ status: 503 });
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await set.send("/api/event", { body: "x".repeat(200) })).status);
    expect(statuses[0]).toBe(202);
    expect(statuses.at(-1)).toBe(503);
    const { came } = (await set.relay.ledger()).passthroughs.plausible ?? {};
    expect(came).toMatchObject({ received: 6, refused: { unavailable: statuses.filter((it) => it === 503).length } });
  });

  test.each<[string, Partial<PassthroughOptions>, string]>([
    ["a path that is taken", { path: "/f3k9q2w7" }, "passthrough[0].path: collides with paths.intake"],
    ["an address that is none", { to: "posthog.com" }, "passthrough[0].to: write the backend's address"],
    ["nothing durable", { preset: undefined as unknown as "posthog" }, "passthrough[0].durable: name the requests"],
    ["a rule that is none", { durable: ["/e/"] }, "passthrough[0].durable[0]: write POST"],
    ["a preset that is none", { preset: "mixpanel" as "posthog" }, 'passthrough[0].preset: must be "posthog" or'],
  ])("is refused at the start with %s", async (_, options, message) => {
    await expect(through({ preset: "posthog", ...options })).rejects.toThrow(message);
  });

  describe("copies to Isotherm", () => {
    const at = Date.UTC(2026, 10, 22, 9);
    const page = {
      $current_url: "https://shop.example/p?q=1",
      title: "P",
      $viewport_width: 800,
      $viewport_height: 600,
    };
    const batch = [
      {
        event: "$pageview",
        timestamp: new Date(at - 2_000).toISOString(),
        properties: { ...page, $pageview_id: "view" },
      },
      {
        event: "$autocapture",
        timestamp: new Date(at - 1_500).toISOString(),
        properties: { ...page, $pageview_id: "view" },
      },
      {
        event: "signup",
        timestamp: new Date(at - 1_000).toISOString(),
        properties: { ...page, $pageview_id: "view", plan: "pro", token: "phc" },
      },
    ];
    const body = JSON.stringify({ api_key: "phc", batch, sent_at: new Date(at).toISOString() });

    test("what a tracker told as page views and custom events, while both backends have everything once", async () => {
      const set = await through({ preset: "posthog", copy: { key } }, { now: () => at });
      expect((await set.send("/batch/", { body })).status).toBe(200);
      await delivered(set);
      expect(set.there.seen).toHaveLength(1);
      const stored = [...set.collector.stored.values()];
      expect(stored).toMatchObject([
        {
          at: at - 2_000,
          page: { id: "view", url: "https://shop.example/p?q=1", title: "P", nav: "load", vw: 800, vh: 600 },
          events: [
            { type: "page", t: 0 },
            { type: "custom", t: 1_000, name: "signup", props: { plan: "pro" } },
          ],
          edge: { at, ip: "203.0.113.0", ua: agent, host: "shop.example" },
        },
      ]);
      expect(stored[0]?.events).toHaveLength(2);
      expect((await set.relay.health()).passthroughs.posthog).toMatchObject({
        received: 1,
        forwarded: 1,
        copy: { forwarded: 1, waiting: 0, uncopied: 0 },
      });
    });

    test("each go on while the other's backend is away, and are kept for it", async () => {
      const set = await through({ preset: "plausible", copy: { key } });
      set.there.reply = () => ({ status: 503 });
      const sent = JSON.stringify({ n: "pageview", u: "https://shop.example/", d: "shop.example" });
      for (let i = 0; i < 5; i++) await set.send("/api/event", { body: sent });
      await until(
        async () => set.collector.stored.size,
        (size) => size === 5,
      );
      expect((await set.relay.health()).passthroughs.plausible).toMatchObject({ forwarded: 0, waiting: 5 });
      set.collector.next = () => ({ status: 503 });
      set.there.reply = () => ({ status: 202 });
      for (let i = 0; i < 5; i++) await set.send("/api/event", { body: sent });
      await until(
        async () => (await set.relay.health()).passthroughs.plausible,
        (it) => it?.forwarded === 10 && it.copy?.waiting === 5,
      );
      set.collector.next = () => "take";
      await delivered(set);
      expect(set.collector.stored.size).toBe(10);
    });

    test("are none of requests that hold nothing for it, and none of visitors whom the site drops", async () => {
      const set = await through({ preset: "umami", copy: { key }, privacy: { gpc: "ignore" } });
      await set.send("/api/send", { body: '{"type":"identify","payload":{"hostname":"shop.example","url":"/"}}' });
      const seen = '{"type":"event","payload":{"hostname":"shop.example","url":"/"}}';
      await set.send("/api/send", { body: seen, headers: { "sec-gpc": "1" } });
      await delivered(set);
      expect(set.there.seen).toHaveLength(2);
      expect(set.collector.stored.size).toBe(0);
      expect((await set.relay.ledger()).passthroughs.umami?.copy).toMatchObject({ journaled: 2, filtered: 2 });
    });
  });
});
