import type { SiteBriefing } from "@isotherm/protocol";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { post, startRelay } from "../kit/relay.js";
import { siteOf, standIn } from "../kit/stand-in.js";

const other: SiteBriefing = siteOf({ id: "blog", keys: ["pk_blog"], origins: ["https://blog.example"] });
const envelope = (): object => envelopeOf({ batches: [batchOf({ at: Date.now() })], sentAt: Date.now() });

describe("origin", () => {
  test("lets allowed pages read every answer, errors included", async () => {
    const relay = await startRelay(await standIn());
    for (const body of [envelope(), "{", { ...envelope(), key: "pk_nobody" }]) {
      const { headers } = await post(relay, body);
      expect(headers.get("access-control-allow-origin")).toBe("https://shop.example");
      expect(headers.get("access-control-expose-headers")).toContain("retry-after");
      expect(headers.get("vary")).toBe("Origin");
    }
    const foreign = await post(relay, envelope(), { headers: { origin: "https://evil.example" } });
    expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("answers a preflight, to be remembered for a day", async () => {
    const relay = await startRelay(await standIn());
    const { status, headers } = await post(relay, "", {
      method: "OPTIONS",
      headers: { "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
    });
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(headers.get("access-control-allow-methods")).toBe("POST");
    expect(headers.get("access-control-allow-headers")).toContain("content-type");
    expect(headers.get("access-control-max-age")).toBe("86400");
  });

  test("refuses an origin of another site, and counts it under the key", async () => {
    const collector = await standIn();
    const relay = await startRelay(collector, { sites: [other] });
    const response = await post(relay, envelope(), { headers: { origin: "https://blog.example" } });
    expect(response.status).toBe(403);
    expect((await relay.ledger()).keys[collector.key]).toMatchObject({ received: 1, refused: { origin_refused: 1 } });
  });

  test("takes what comes without an origin, unless another site's page sent it", async () => {
    const relay = await startRelay(await standIn());
    const send = async (site: Record<string, string>): Promise<number> => {
      const body = JSON.stringify(envelope());
      const request = new Request("http://relay.example/f3k9q2w7", { method: "POST", body, headers: site });
      return (await relay.handle(request, { address: "203.0.113.7" })).status;
    };
    expect(await send({})).toBe(204);
    expect(await send({ "sec-fetch-site": "same-origin" })).toBe(204);
    expect(await send({ "sec-fetch-site": "cross-site" })).toBe(403);
  });

  test("takes every origin where a site says so", async () => {
    const relay = await startRelay(await standIn({ site: { origins: ["*"] } }));
    const { status, headers } = await post(relay, envelope(), { headers: { origin: "https://any.example" } });
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe("https://any.example");
  });
});
