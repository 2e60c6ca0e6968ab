import type { Briefing } from "@isotherm/protocol";
import { fixtureTime } from "@isotherm/protocol/fixtures";
import { newSecret, sign } from "@isotherm/protocol/signature";
import { describe, expect, test } from "vitest";
import { keyOf, publicKey, type Running, relayId, relaySecret, running } from "../running.js";

async function brief({ server, clock }: Running, secret = relaySecret, body = ""): Promise<Response> {
  const signature = await sign({ id: "msg_1", timestamp: Math.floor(clock.now / 1000), body, secrets: [secret] });
  return fetch(`${server.url}/v1/briefing`, { headers: { "relay-key-id": relayId, ...signature } });
}

describe("the briefing", () => {
  test("tells a signed relay sites, valid keys, origins, privacy and four days of salts per group", async () => {
    const collector = await running();
    await collector.store.putKey(keyOf({ id: "pk_old", revokedAt: fixtureTime }));
    await collector.collector.refresh();
    const answer = await brief(collector);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const briefing = (await answer.json()) as Briefing;
    expect(briefing.at).toBe(collector.clock.now);
    expect(briefing.sites.find(({ id }) => id === "shop")).toEqual({
      id: "shop",
      group: "shop",
      timeZone: "Europe/Paris",
      keys: [publicKey],
      origins: ["https://shop.example"],
      privacy: { gpc: "strip", dnt: "ignore" },
    });
    for (const group of ["shop", "blog"]) {
      const days = briefing.salts.filter((salt) => salt.group === group).map(({ day }) => day);
      expect(days.sort()).toEqual(["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"]);
    }
  });

  test("gives every relay the same salts", async () => {
    const collector = await running();
    const [first, second] = await Promise.all(
      [brief(collector), brief(collector)].map(async (one) => (await one).json()),
    );
    expect(first.salts).toEqual(second.salts);
  });

  test("is nobody else's", async () => {
    const collector = await running();
    expect((await fetch(`${collector.server.url}/v1/briefing`)).status).toBe(401);
    expect((await brief(collector, newSecret())).status).toBe(401);
    expect((await brief(collector, relaySecret, "another body")).status).toBe(401);
    expect((await collector.get("/v1/briefing")).status).toBe(401);
  });

  test("tells a relay of one site nothing of the others", async () => {
    const collector = await running();
    await collector.store.putKey(keyOf({ id: relayId, kind: "relay", site: "shop", secret: relaySecret }));
    await collector.collector.refresh();
    const briefing = (await (await brief(collector)).json()) as Briefing;
    expect(briefing.sites.map(({ id }) => id)).toEqual(["shop"]);
    expect(new Set(briefing.salts.map(({ group }) => group))).toEqual(new Set(["shop"]));
  });

  test("goes on through an outage of the store by what is held, and forgets salts after 48 hours", async () => {
    const collector = await running();
    const before = (await (await brief(collector)).json()) as Briefing;
    collector.store.reachable = false;
    const during = (await (await brief(collector)).json()) as Briefing;
    expect(during.salts).toEqual(before.salts);
    collector.clock.now += 3_600_000 * 24;
    const nextDay = (await (await brief(collector)).json()) as Briefing;
    expect(nextDay.salts.map(({ day }) => day)).not.toContain("2026-11-20");
    collector.clock.now += 3_600_000 * 24 * 3;
    expect((await brief(collector)).status).toBe(503);
  });
});
