import { describe, expect, test } from "vitest";
import { path, type Through, through } from "../kit/through.js";

/** Asks for a path exactly as it is written, which no client of HTTP does. */
async function ask({ relay }: Through, method: string, below: string) {
  const [asked = "", query] = `${path}${below}`.split("?", 2);
  const answer = await relay.answer({
    method,
    path: asked,
    query: query === undefined ? "" : `?${query}`,
    peer: "203.0.113.7",
    header: () => undefined,
    body: async () => new TextEncoder().encode("{}"),
  });
  return answer.status;
}

describe("a pass-through", () => {
  test.each([
    ["GET", "/../admin/users"],
    ["GET", "/%2e%2e/admin/users"],
    ["GET", "/static/.%2E/../../admin"],
    ["GET", "/%252e%252e/admin"],
    ["GET", "/..%2fadmin"],
    ["GET", "/static%2F..%2f..%2Fadmin"],
    ["GET", "/..%5cadmin"],
    ["GET", "/..\\admin"],
    ["GET", "/.\t./admin"],
    ["GET", "/..;/admin"],
    ["GET", "/./static"],
    ["GET", "/.."],
    ["POST", "/e/../../admin/delete"],
    ["POST", "/e/%2e%2e/%2e%2e/admin/delete?ip=1"],
  ])("does not lead out of the backend's path: %s %j", async (method, below) => {
    const set = await through({ preset: "posthog" });
    expect(await ask(set, method, below)).toBe(404);
    expect(await set.relay.drained()).toBe(true);
    expect(set.there.seen).toEqual([]);
    const ledger = await set.relay.ledger();
    expect(ledger.balanced).toBe(true);
    expect(ledger.passthroughs.posthog?.came).toMatchObject({ received: 1, journaled: 0, refused: { not_found: 1 } });
  });

  test.each(["/static/array.v1..2.js", "/.well-known/x", "/...", "/static/a%2Fb", "/flags/?next=../x"])(
    "hands on dots that lead nowhere: %s",
    async (below) => {
      const set = await through({ preset: "posthog" });
      expect(await ask(set, "GET", below)).toBe(200);
      expect(set.there.seen.map((seen) => seen.path)).toEqual([below]);
    },
  );
});
