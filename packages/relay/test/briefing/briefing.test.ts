import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Briefing, Refusal } from "@isotherm/protocol";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { newSecret } from "@isotherm/protocol/signature";
import { createRelay } from "@isotherm/relay";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../kit/folder.js";
import { post, relayOptions, startRelay } from "../kit/relay.js";
import { siteOf, standIn } from "../kit/stand-in.js";

const envelope = (key?: string): object =>
  envelopeOf({ batches: [batchOf({ at: Date.now() })], ...(key !== undefined && { key }) });
const codeOf = async (response: Response): Promise<string> => ((await response.json()) as Refusal).code;

describe("briefing", () => {
  test("while it was never there, batches are to come again, and nobody's key is called unknown", async () => {
    const collector = await standIn();
    const { briefing } = collector;
    collector.briefing = undefined;
    const relay = await startRelay(collector);
    const refused = await post(relay, envelope());
    expect([refused.status, await codeOf(refused)]).toEqual([503, "unavailable"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refused.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(await relay.health()).toMatchObject({ status: "failing", ready: false, briefing: { known: false } });

    collector.briefing = briefing;
    expect(await relay.refresh()).toBe(true);
    expect((await post(relay, envelope())).status).toBe(204);
    expect(await relay.health()).toMatchObject({ status: "ok", ready: true });
  });

  test("survives a restart without its collector", async () => {
    const folder = await temporaryFolder();
    const collector = await standIn();
    const first = await startRelay(collector, { folder });
    await first.close();
    await collector.close();
    const relay = await startRelay(collector, { folder });
    expect((await post(relay, envelope())).status).toBe(204);
    const unknown = await post(relay, envelope("pk_new"));
    expect([unknown.status, await codeOf(unknown)]).toEqual([503, "unavailable"]);
  });

  test("is fetched again for a key that it does not know, once for many", async () => {
    const collector = await standIn();
    const relay = await startRelay(collector, { briefingEveryMs: 600_000 });
    const fetched = collector.briefings.count;
    const fresh = siteOf({ id: "new", keys: ["pk_new"] });
    // The fetch at the start is a moment ago; only later is it worth another one.
    const { briefing } = collector;
    if (briefing === undefined) throw new Error("the stand-in has a briefing");
    collector.briefing = { ...briefing, sites: [...briefing.sites, fresh] };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(relay, envelope("pk_new"))));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(401));
    expect(collector.briefings.count).toBe(fetched);
    await relay.refresh();
    expect((await post(relay, envelope("pk_new"))).status).toBe(204);
  });

  test("is a snapshot that its owner alone can read, without the salts of days long past", async () => {
    const folder = await temporaryFolder();
    const collector = await standIn();
    const { briefing } = collector;
    if (briefing === undefined) throw new Error("the stand-in has a briefing");
    const [salt] = briefing.salts;
    if (salt === undefined) throw new Error("the stand-in has salts");
    const past = { ...salt, day: "2020-01-01", from: 1_577_833_200_000, until: 1_577_919_600_000 };
    collector.briefing = { ...briefing, salts: [past, ...briefing.salts] };
    await startRelay(collector, { folder });
    const file = join(folder, "briefing.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(briefing);
  });

  test("loses its salts in time, in memory and on disk, also while the collector is away", async () => {
    const folder = await temporaryFolder();
    const collector = await standIn();
    let later = 0;
    const relay = await startRelay(collector, { folder, briefingEveryMs: 600_000, now: () => Date.now() + later });
    const saltsOnDisk = async (): Promise<readonly unknown[]> =>
      (JSON.parse(await readFile(join(folder, "briefing.json"), "utf8")) as Briefing).salts;
    expect(await saltsOnDisk()).not.toEqual([]);
    collector.briefing = undefined;
    later = 8 * 86_400_000;
    expect(await relay.refresh()).toBe(false);
    expect(await saltsOnDisk()).toEqual([]);
    expect((await post(relay, envelope())).status).toBe(204);
  });

  test("that is damaged on disk is passed over", async () => {
    const folder = await temporaryFolder();
    const collector = await standIn();
    await writeFile(join(folder, "briefing.json"), '{"at":1,"sites":[{');
    const relay = await startRelay(collector, { folder });
    expect((await post(relay, envelope())).status).toBe(204);
  });

  test.each([
    ["no JSON", "<html>"],
    ["a site without keys", { at: 1, sites: [{ ...siteOf(), keys: undefined }], salts: [] }],
    [
      "a policy that nobody knows",
      { at: 1, sites: [siteOf({ privacy: { gpc: "maybe" as "drop", dnt: "drop" } })], salts: [] },
    ],
    [
      "a salt that is none",
      { at: 1, sites: [], salts: [{ group: "a", day: "2026-11-21", from: 1, until: 2, secret: "!" }] },
    ],
  ])("with %s is not taken over from the one before", async (_name, broken) => {
    const collector = await standIn();
    const relay = await startRelay(collector);
    collector.briefing = broken as NonNullable<typeof collector.briefing>;
    expect(await relay.refresh()).toBe(false);
    expect((await relay.health()).briefing.error).toContain("briefing");
    expect((await post(relay, envelope())).status).toBe(204);
  });

  test("from sites in the options is enough to take batches while the collector is away", async () => {
    const collector = await standIn();
    await collector.close();
    const relay = await startRelay(collector, { sites: [siteOf()] });
    expect((await post(relay, envelope())).status).toBe(204);
  });

  test("that the collector refuses to give leaves its reason in the health", async () => {
    const collector = await standIn();
    const options = await relayOptions(collector);
    const targets = options.targets.map((target) => ({ ...target, secrets: [newSecret()] }));
    const relay = await createRelay({ ...options, targets });
    onTestFinished(() => relay.close());
    expect((await relay.health()).briefing).toMatchObject({ known: false, error: expect.stringContaining("401") });
  });
});
