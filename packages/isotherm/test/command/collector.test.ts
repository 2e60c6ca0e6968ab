import { describe, expect, test } from "vitest";
import { isotherm, until } from "../process.js";
import { relayAndCollector } from "../relay-and-collector.js";
import { runHere } from "../run-here.js";
import { sendBatch } from "../sender.js";
import { temporaryFolder } from "../temporary-folder.js";

const away = { ISOTHERM_COLLECTOR_STORE_URL: "postgres://nobody@127.0.0.1:1/none" };

describe("isotherm collector whose database is away", () => {
  test("takes what relays bring, where it has run before", async () => {
    const cwd = temporaryFolder();
    const { key, intake, collector: before, address } = await relayAndCollector(cwd);
    const accepted = (count: number) =>
      until(`${count} accepted batches`, async () => {
        const { counts, store } = await (await fetch(`${address}/v1/health`)).json();
        return counts.accepted === count ? store.reachable : undefined;
      });
    expect(await sendBatch(intake, key)).toBe(204);
    expect(await accepted(1)).toBe(true);
    before.child.kill("SIGTERM");
    expect(await before.ended()).toBe(0);

    const collector = isotherm(["collector", "--port", new URL(address).port], cwd, away);
    expect(await collector.says(/Sites +(.+)/)).toBe("as they were known last");
    expect(collector.output()).toMatch(
      /warning: collector.store.url: .*:1\/none is away \(.*ECONNREFUSED.*\); going on with/,
    );
    expect((await fetch(`${address}/health/ready`)).status).toBe(200);
    expect(await sendBatch(intake, key)).toBe(204);
    expect(await accepted(2)).toBe(false);
    // Six processes, one after the other.
  }, 240_000);

  test("waits for it at a first start, and ends when it is asked to", async () => {
    const collector = isotherm(["collector", "--port", "0"], temporaryFolder(), away);
    expect(await collector.says(/^(warning: .*)$/m)).toMatch(/collector\.store\.url: .*ECONNREFUSED.*; nothing starts/);
    collector.child.kill("SIGTERM");
    expect(await collector.ended()).toBe(0);
    expect(collector.output().trim().split("\n")).toEqual([
      expect.stringMatching(/^warning/),
      "Stopped before the database answered.",
    ]);
  });

  test("says so in one line and ends, where its address is none", async () => {
    const wrong = { ISOTHERM_COLLECTOR_STORE_URL: "postgres://nobody:hush@127.0.0.1:99999/none" };
    const { code, err } = await runHere(temporaryFolder(), ["collector", "--port", "0"], wrong);
    expect([code, err.split("\n").length]).toEqual([2, 1]);
    expect(err).toMatch(/^error: collector\.store\.url: .*that is none; write it as postgres:\/\//);
    expect(err).not.toContain("hush");
  });
});
