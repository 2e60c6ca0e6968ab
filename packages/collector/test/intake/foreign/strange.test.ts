import { fixtureTime } from "@isotherm/protocol/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { origin, publicKey, running, writeKey } from "../../running.js";

const heat = (own: object) => ({
  ...{ eventId: "e", sessionId: "s", ts: fixtureTime, path: "/a", viewport: { w: 1, h: 2, dpr: 1 } },
  ...{ device: { ua: "a", platform: "p", language: "l" }, meta: { a: 1 } },
  ...own,
});
const track = {
  ...{ eventId: "e", visitorId: "v", sessionId: "s", userId: "u", timestamp: fixtureTime, url: "/a", referrer: "r" },
  ...{ client: { ip: "198.51.100.1", userAgent: "a", language: "l", viewport: { w: 1, h: 2 } } },
  ...{ attribution: { source: "s", content: "c" }, name: "n", value: 1, currency: "EUR", properties: { a: 1 } },
};

/** A good body for each path, which is then spoilt in one place. */
const bodies: readonly (readonly [path: string, body: object])[] = [
  [
    "/ingest",
    {
      ...{ sdk: { name: "n", version: "v" }, app: { env: "e" }, user: { id: "u", traits: { a: 1 } } },
      session: { id: "s", startedAt: 1, lastSeenAt: 2 },
      events: [
        heat({ type: "pageview", from: "/b", to: "/a" }),
        heat({ type: "click", x: 1, y: 2, selector: "a > b", button: 1 }),
        heat({ type: "move", points: [{ x: 1, y: 2, tsOffset: 0 }] }),
        heat({ type: "scroll", scrollY: 1, scrollDepthPct: 2 }),
        heat({ type: "custom", name: "n", props: { a: { b: 1 } } }),
        heat({ type: "input", action: "blur", selector: "a", inputType: "t", length: 1, masked: "*" }),
        heat({ type: "keyboard", category: "other" }),
      ],
    },
  ],
  [
    "/events",
    {
      ...{ event_type: "n", event_id: "e", visitor_id: "v", session_id: "s", timestamp: fixtureTime },
      ...{ domain: "shop.example", path: "/a", referrer: "r", title: "t", properties: { a: 1 }, b: 1 },
    },
  ],
  [
    "/v1/ingest",
    {
      ...{ apiKey: publicKey, session: { sessionId: "s", anonId: "a", userId: "u" }, url: "/a", title: "t" },
      viewport: { w: 1, h: 2 },
      events: [
        { id: "e", type: "click", timestamp: 1, x: 1, y: 2, selector: "a", props: { a: 1 } },
        { id: "f", type: "custom", name: "n", ts: "2026-11-21" },
      ],
      movement: [{ x: 1, y: 2, t: 1 }],
    },
  ],
  ["/track/conversion", track],
  ["/track/engagement", { ...track, duration: 1, scrollDepth: 2 }],
  [
    "/track/batch",
    {
      events: [
        { ...track, type: "view" },
        { ...track, type: "funnel", funnel: "f", step: "s" },
      ],
    },
  ],
];

const strange = fc.oneof(
  fc.jsonValue(),
  fc.double(),
  fc.string({ unit: "binary", maxLength: 3_000 }),
  fc.constantFrom<unknown>(undefined, null, "", "\0", "__proto__", [], {}, -1, 1e300, 0.5, "https://[", { length: -1 }),
);

/** Every place in a value. */
function places(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, inner]) => places(inner).map((path) => [key, ...path]))];
}

function spoilt(value: unknown, [key, ...path]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as { [key: string]: unknown };
  copy[key] = spoilt(copy[key], path, by);
  return copy;
}

describe("strange bodies", () => {
  test.each(bodies)("to %s get documented answers alone", async (path, body) => {
    const { server, collector } = await running({ requestsPerMinute: 1_000_000 });
    const headers = { authorization: `Bearer ${writeKey}`, "x-project-key": publicKey, origin };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places(body)), strange, async (place, by) => {
        const sent = JSON.stringify(spoilt(body, place, by)) ?? "";
        const answer = await fetch(server.url + path, { method: "POST", headers, body: sent });
        expect([200, 201, 202, 204, 400, 401, 403, 413], await answer.clone().text()).toContain(answer.status);
      }),
      { numRuns: 250 },
    );
    await collector.settled();
    expect(await collector.health()).toMatchObject({ projector: { aside: 0, waiting: 0 } });
  });
});
