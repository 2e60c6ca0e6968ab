import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { key } from "../kit/stand-in.js";
import { delivered, path, type Through, through } from "../kit/through.js";

const secret = "/secret-page?email=jane@shop.example";
const bodies = ({ there }: Through): readonly unknown[] => there.seen.map(({ body }) => JSON.parse(body));

describe("a pass-through, given what no tracker sends,", () => {
  const good = { event: "good", properties: {}, timestamp: "2026-11-22T09:00:00.000Z" };
  test.each<[string, string, unknown]>([
    ["a time out of range", "/e/", { event: "x", properties: {}, timestamp: 1e20 }],
    ["a time of another kind", "/e/", { event: "x", timestamp: { toString: 1 } }],
    ["an offset that leads out of range", "/e/", { event: "x", offset: 1e300 }],
    ["a null among events", "/batch/", { batch: [good, null, 7, "x", [null], good] }],
    ["a null in a list", "/e/", [good, null]],
    ["properties that are null", "/e/", { ...good, properties: null }],
    ["an event that is a number", "/e/", { ...good, event: 7 }],
  ])("hands PostHog what it cannot read as it came, and what it can beside it: %s", async (_, below, body) => {
    const set = await through({ preset: "posthog", copy: { key } });
    const answer = await set.send(below, { body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    await delivered(set);
    expect(bodies(set)).toEqual([body]);
    expect((await set.relay.ledger()).passthroughs.posthog?.backend).toMatchObject({ journaled: 1, forwarded: 1 });
  });

  test("restates nothing that nests deeper than can be written again", async () => {
    const set = await through({ preset: "posthog" });
    const body = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    expect((await set.send("/e/?_=1", { body })).status).toBe(200);
    await delivered(set);
    expect(set.there.seen).toMatchObject([{ path: "/e/?_=1", body }]);
  });

  test("copies the good ones among events that are none", async () => {
    const set = await through({ preset: "posthog", copy: { key } });
    const properties = { $current_url: "https://shop.example/p", $viewport_width: "wide", plan: "pro" };
    await set.send("/batch/", { body: JSON.stringify({ batch: [null, { ...good, properties }, { event: 7 }] }) });
    await delivered(set);
    expect([...set.collector.stored.values()]).toMatchObject([
      { events: [{ type: "custom", name: "good", props: { plan: "pro" } }] },
    ]);
  });

  test.each<[string, unknown, number]>([
    ["a host that is none", { website: "w", hostname: "a b", url: secret }, 1],
    ["no payload", null, 0],
    ["fields of other kinds", { hostname: "shop.example", url: "/", name: 7, data: 7, screen: {}, referrer: [] }, 0],
  ])("never loses a request for Umami over its copy: %s", async (_, payload, uncopied) => {
    const set = await through({ preset: "umami", copy: { key } });
    const answer = await set.send("/api/send", { body: JSON.stringify({ type: "event", payload }) });
    expect(answer.status).toBe(200);
    await delivered(set);
    expect(set.there.seen).toHaveLength(1);
    expect((await set.relay.health()).passthroughs.umami?.copy).toMatchObject({ uncopied });
  });

  test("says of a failure of its own nothing that the page said, and lets the page read the answer", async () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line: string) => void lines.push(line) });
    const set = await through({ preset: "umami" }, { log });
    const answer = await set.relay.answer({
      method: "POST",
      path: `${path}/api/send`,
      query: "",
      peer: "203.0.113.7",
      header(name) {
        if (name === "origin") return "https://shop.example";
        if (name === "sec-gpc") new URL(secret, "https://a b");
        if (name === "traceparent") return "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        return undefined;
      },
      body: async () => new Uint8Array(0),
    });
    expect(answer).toMatchObject({
      status: 500,
      headers: { "access-control-allow-origin": "https://shop.example" },
    });
    expect(JSON.parse(`${answer.body}`)).toMatchObject({ code: "internal" });
    const { err, traceId } = JSON.parse(lines.find((line) => line.includes("a request failed")) ?? "{}");
    expect(err).toEqual({ name: "TypeError", code: "ERR_INVALID_URL", stack: expect.stringContaining("malformed") });
    expect(traceId).toBe("4bf92f3577b34da6a3ce929d0e0e4736");
    expect(lines.join("")).not.toMatch(/secret-page|jane/);
  });
});
