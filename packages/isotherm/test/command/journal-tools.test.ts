import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileJournal } from "@isotherm/journal/file";
import type { Envelope } from "@isotherm/protocol";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { relayOnDisk } from "../relay-on-disk.js";
import { runHere } from "../run-here.js";
import { temporaryFolder } from "../temporary-folder.js";

const configure = (cwd: string, targets: readonly object[]): void =>
  writeFileSync(join(cwd, "isotherm.config.json"), JSON.stringify({ relay: { targets } }));

const hook = { type: "webhook", name: "hook", url: "https://hook.example", secrets: [{ $env: "HOOK_SECRET" }] };

describe("isotherm journal forget", () => {
  test("gives up a reader that is no target any more, with what waits for it only where that is said", async () => {
    const cwd = temporaryFolder();
    configure(cwd, [hook]);
    const relay = await relayOnDisk(cwd);
    const folder = join(cwd, "isotherm-data/relay/journal");
    const stand = async (...[position, ahead]: [number, [number, number][]?]): Promise<void> => {
      const journal = await fileJournal({ folder });
      await journal.advance("old", position, {}, ahead);
      await journal.close();
    };
    await stand(0);
    await relay.run(3);
    await stand(1, [[3, 3]]);

    const asked = await runHere(cwd, ["journal", "forget", "relay", "old"]);
    expect([asked.code, asked.err]).toEqual([2, "error: 1 record would never reach old; add --yes to give them up"]);
    const done = await runHere(cwd, ["journal", "forget", "relay", "old", "--yes"]);
    expect([done.code, done.err]).toEqual([0, ""]);
    expect(done.out).toMatch(/^Forgot old: gave up 1 record that waited for it\.$/);
    const again = await runHere(cwd, ["journal", "forget", "relay", "old"]);
    expect(again.code).toBe(2);
    expect(again.err).toMatch(/^error: old does not read .*relay\/journal; its readers are hook$/);
    expect((await relay.run(1)).balanced).toBe(true);
  });

  test("refuses a target, the collector's own, and a journal in use, each in a line", async () => {
    const cwd = temporaryFolder();
    configure(cwd, [hook]);
    const relay = await relayOnDisk(cwd);
    await relay.run(1, async () => {
      const { code, err } = await runHere(cwd, ["journal", "forget", "relay", "hook"]);
      expect(code).toBe(1);
      expect(err).toMatch(/^error: .*relay\/journal is in use; another isotherm runs on this data folder: stop it/);
    });
    const target = await runHere(cwd, ["journal", "forget", "relay", "hook", "--yes"]);
    expect([target.code, target.err]).toEqual([
      2,
      "error: hook is a target; take that out of the configuration first, or the relay goes on with it",
    ]);
    const own = await fileJournal({ folder: join(cwd, "isotherm-data/collector/journal") });
    await own.advance("projector-1", 0);
    await own.close();
    const collector = await runHere(cwd, ["journal", "forget", "collector", "projector-1", "--yes"]);
    expect([collector.code, collector.err]).toEqual([
      2,
      "error: projector-1 is the collector itself; without it nothing is stored",
    ]);
    const none = await runHere(cwd, ["journal", "forget", "./nowhere", "x"]);
    expect([none.code, none.err]).toEqual([
      1,
      `error: ${join(cwd, "nowhere")} is no journal: nothing has been written there yet`,
    ]);
  });
});

describe("isotherm journal dead-letters", () => {
  test("lists letters in lines without their content, and replays those that are chosen", async () => {
    const cwd = temporaryFolder();
    configure(cwd, [hook]);
    const relay = await relayOnDisk(cwd);
    relay.status = 422;
    await relay.run(2);
    const [first = "", second = ""] = relay.came;
    const listed = await runHere(cwd, ["journal", "dead-letters", "relay"]);
    expect([listed.code, listed.err]).toEqual([0, "2 dead letters."]);
    const lines = listed.out.split("\n");
    expect(lines[0]).toBe(
      `WHEN${" ".repeat(22)}TARGET${" ".repeat(10)}CODE${" ".repeat(20)}BATCH${" ".repeat(33)}EVENT  MESSAGE`,
    );
    expect(lines[1]).toMatch(new RegExp(`^\\d{4}-\\S+Z {2}hook +status_422 +${first} +all`));
    expect(listed.out).not.toContain("shop.example");
    const json = await runHere(cwd, ["journal", "dead-letters", "relay", "--json", "--code", "status_422"]);
    expect(json.out.split("\n").map((line) => JSON.parse(line).batch.page.url)).toHaveLength(2);
    const other = await runHere(cwd, ["journal", "dead-letters", "relay", "--target", "posthog"]);
    expect([other.code, other.out, other.err]).toEqual([0, "", "No dead letters."]);

    relay.came.splice(0);
    relay.status = 200;
    const some = await runHere(cwd, ["journal", "dead-letters", "replay", "relay", "--id", second]);
    expect([some.code, some.out]).toEqual([0, "1 record on the way again; the relay sends them when it starts."]);
    expect(await relay.run(0)).toMatchObject({
      balanced: true,
      targets: { hook: { journaled: 2, replayed: 1, dead: 2, forwarded: 1, waiting: 0 } },
    });
    expect(relay.came).toEqual([second]);
    expect((await runHere(cwd, ["journal", "dead-letters", "relay"])).err).toBe("1 dead letter.");
  });

  test("does not replay while the relay runs", async () => {
    const cwd = temporaryFolder();
    const relay = await relayOnDisk(cwd);
    await relay.run(1, async () => {
      expect((await runHere(cwd, ["journal", "dead-letters", "relay"])).code).toBe(0);
      const { code, err } = await runHere(cwd, ["journal", "dead-letters", "replay", "relay"]);
      expect([code, err.includes("is in use")]).toEqual([1, true]);
    });
  });
});

describe("isotherm journal replay", () => {
  test("sends a target again what is still there, and says from when on that is", async () => {
    const cwd = temporaryFolder();
    configure(cwd, [hook]);
    const relay = await relayOnDisk(cwd);
    const folder = join(cwd, "isotherm-data/relay/journal");
    const keeper = await fileJournal({ folder });
    await keeper.advance("archive", 0);
    await keeper.close();
    await relay.run(3);
    const ids = relay.came.splice(0);
    const { code, out } = await runHere(cwd, ["journal", "replay", "relay", "--since", "1h"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^hook: 3 records to go again\. Nothing received before 20\S+Z is kept any more\.$/);
    expect(await relay.run(0)).toMatchObject({
      balanced: true,
      targets: { hook: { journaled: 3, replayed: 3, forwarded: 6, waiting: 0 } },
    });
    expect(relay.came).toEqual(ids);
    const future = await runHere(cwd, ["journal", "replay", "relay", "--since", "2099-01-01T00:00:00Z"]);
    expect(future.out).toBe("hook: nothing to go again.");
  });

  test("asks where the target would have it twice, and refuses what it cannot read", async () => {
    const cwd = temporaryFolder();
    configure(cwd, [{ type: "plausible", name: "hook", url: "https://plausible.example", domain: "shop.example" }]);
    const relay = await relayOnDisk(cwd);
    const folder = join(cwd, "isotherm-data/relay/journal");
    const keeper = await fileJournal({ folder });
    await keeper.advance("archive", 0);
    await keeper.close();
    await relay.run(2);
    const asked = await runHere(cwd, ["journal", "replay", "relay", "--since", "1d", "--target", "hook"]);
    expect(asked.code).toBe(2);
    expect(asked.err).toBe(
      "error: hook would store 2 records twice, as it does not recognise what it has already; add --yes to send them all the same, or name another with --target",
    );
    expect((await relay.run(0)).targets.hook).toMatchObject({ replayed: 0 });
    const told = await runHere(cwd, ["journal", "replay", "relay", "--since", "1d", "--yes"]);
    expect(told.out).toMatch(/^hook: 2 records to go again/);
    const stranger = await runHere(cwd, ["journal", "replay", "relay", "--since", "1d", "--target", "archive"]);
    expect(stranger.err).toBe("error: no target goes by archive any more; name one of isotherm, hook");
    const wrong = await runHere(cwd, ["journal", "replay", "relay", "--since", "yesterday"]);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain("Give a time as 2026-11-22T09:00:00Z, or how long ago, as 90m, 6h or 2d.");
    const collector = await runHere(cwd, ["journal", "replay", "collector", "--since", "1d"]);
    expect(collector.err).toMatch(/^error: the collector stores each batch once/);
  });
});

describe("isotherm journal quarantine", () => {
  test("lists what was refused without its content, and sends in again what is good now", async () => {
    const cwd = temporaryFolder();
    const folder = join(cwd, "isotherm-data/relay");
    const journal = await fileJournal({ folder: join(folder, "journal") });
    await journal.close();
    const none = await runHere(cwd, ["journal", "quarantine", "relay"]);
    expect([none.code, none.out, none.err]).toEqual([0, "", "No requests in quarantine."]);

    const key = "pk_0123456789abcdefghijABCD";
    const batch = batchOf();
    const kept = (envelope: Envelope, reason: string): string =>
      JSON.stringify({
        at: 1_763_715_600_000,
        reason,
        message: "no site has this key",
        key: envelope.key,
        batches: envelope.batches.length,
        edge: { at: 1_763_715_600_000, skew: 0, ip: "203.0.113.0" },
        body: JSON.stringify(envelope),
      });
    mkdirSync(join(folder, "quarantine"));
    const lines = [
      kept(envelopeOf({ key, batches: [batch] }), "key_unknown"),
      kept(envelopeOf({ key: "pk_nobody" }), "key_unknown"),
    ];
    writeFileSync(join(folder, "quarantine/requests.ndjson"), `${lines.join("\n")}\n{"half":`);
    const site = { id: "shop", group: "shop", timeZone: "UTC", keys: [key], origins: ["*"] };
    const sites = [{ ...site, privacy: { gpc: "drop", dnt: "ignore" } }];
    writeFileSync(join(folder, "briefing.json"), JSON.stringify({ at: 1, sites, salts: [] }));

    const listed = await runHere(cwd, ["journal", "quarantine", "relay"]);
    expect(listed.out.split("\n")).toEqual([
      "WHEN                      REASON              KEY                             BATCHES  MESSAGE",
      `2025-11-21T09:00:00.000Z  key_unknown         ${key}     1        no site has this key`,
      "2025-11-21T09:00:00.000Z  key_unknown         pk_nobody                       1        no site has this key",
    ]);
    expect(listed.err).toBe("2 requests in quarantine.");
    const json = await runHere(cwd, ["journal", "quarantine", "relay", "--json", "--key", key]);
    expect(JSON.parse(JSON.parse(json.out).body).batches[0].id).toBe(batch.id);

    const other = await runHere(cwd, ["journal", "quarantine", "replay", "relay", "--reason", "batch_invalid"]);
    expect(other.out).toBe("0 batches on the way; the relay sends them when it starts.");
    const done = await runHere(cwd, ["journal", "quarantine", "replay", "relay"]);
    expect([done.code, done.out.split("\n")]).toEqual([
      0,
      ["1 batch on the way; the relay sends them when it starts.", "1 request refused still, and kept: key_unknown."],
    ]);
    const relay = await relayOnDisk(cwd);
    expect(await relay.run(0)).toMatchObject({
      balanced: true,
      keys: { [key]: { received: 1, journaled: 1, mended: 1 } },
      quarantine: { replayed: 1 },
    });
    expect(relay.came).toEqual([batch.id]);
    const collector = await runHere(cwd, ["journal", "quarantine", "collector"]);
    expect(collector.err).toBe("error: a collector has no quarantine; name relay");
  });
});
