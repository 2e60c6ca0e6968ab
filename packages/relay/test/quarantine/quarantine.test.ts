import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { memoryJournal } from "@isotherm/journal/memory";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { type QuarantinedRequest, quarantinedIn, replayQuarantine } from "@isotherm/relay/tools";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../kit/folder.js";
import { dying } from "../kit/operated.js";
import { post, type Said, startRelay } from "../kit/relay.js";
import { siteOf, standIn } from "../kit/stand-in.js";

const quarantine = { maxBytes: 1_000_000 };
const address = "203.0.113.7";

async function keptIn(folder: string): Promise<QuarantinedRequest[]> {
  const all: QuarantinedRequest[] = [];
  for await (const { hash: _, ...request } of quarantinedIn(folder)) all.push(request);
  return all;
}

async function quarantining() {
  const folder = await temporaryFolder();
  const journal = memoryJournal();
  const collector = await standIn({ site: { privacy: { gpc: "drop", dnt: "ignore" } } });
  const start = () => startRelay(collector, { folder, journal, quarantine });
  return { folder, journal, collector, start };
}

const bad = () => ({ ...batchOf(), seq: -1 });
const late = "pk_newnewnewnewnewnewnewnew";
/** A site that has the key, and takes what another version's batches would be. */
const mended = [siteOf({ keys: [late] })];

describe("the quarantine", () => {
  const cases: readonly (readonly [string, () => unknown, Said, { reason: string; batches?: number } | undefined])[] = [
    [
      "a batch that is invalid",
      () => ({ ...envelopeOf(), batches: [batchOf(), bad()] }),
      {},
      { reason: "batch_invalid", batches: 1 },
    ],
    ["an envelope that is invalid", () => ({ ...envelopeOf(), v: 7 }), {}, { reason: "envelope_invalid", batches: 1 }],
    ["a key that nobody knows", () => envelopeOf({ key: late }), {}, { reason: "key_unknown", batches: 1 }],
    [
      "no batch that is too large",
      () => ({ ...envelopeOf(), batches: [{ ...batchOf(), x: "x".repeat(300_000) }] }),
      {},
      undefined,
    ],
    [
      "nothing of a visitor who has said no",
      () => ({ ...envelopeOf(), batches: [batchOf(), { ...batchOf(), consent: "denied" }] }),
      {},
      undefined,
    ],
    ["nothing that is no JSON", () => "{", {}, undefined],
    [
      "nothing of a foreign origin",
      () => envelopeOf({ key: late }),
      { headers: { origin: "https://evil.example" } },
      undefined,
    ],
    ["nothing that is good", () => envelopeOf(), {}, undefined],
    [
      "nothing under GPC, with a key",
      () => ({ ...envelopeOf(), batches: [bad()] }),
      { headers: { "sec-gpc": "1" } },
      undefined,
    ],
    [
      "nothing under GPC, without a known one",
      () => envelopeOf({ key: late }),
      { headers: { "sec-gpc": "1" } },
      undefined,
    ],
    [
      "nothing under DNT, while nobody knows what its site says",
      () => envelopeOf({ key: late }),
      { headers: { dnt: "1" } },
      undefined,
    ],
    [
      "under DNT what its site keeps all the same",
      () => ({ ...envelopeOf(), batches: [bad()] }),
      { headers: { dnt: "1" } },
      { reason: "batch_invalid" },
    ],
  ];
  test.each(cases)("keeps %s", async (_name, body, said, expected) => {
    const { folder, start } = await quarantining();
    const relay = await start();
    await post(relay, body(), said);
    const kept = await keptIn(folder);
    if (expected === undefined) expect(kept).toEqual([]);
    else expect(kept).toMatchObject([{ ...expected, edge: { ip: "203.0.113.0" } }]);
    const ledger = await relay.ledger();
    expect(ledger.balanced).toBe(true);
    expect(ledger.quarantine).toEqual(expected === undefined ? {} : { kept: 1 });
    for (const file of await readdir(join(folder, "quarantine")).catch(() => [])) {
      expect(await readFile(join(folder, "quarantine", file), "utf8")).not.toContain(address);
    }
  });

  test("holds nothing that a reader may take for the end of a line", async () => {
    const { folder, start } = await quarantining();
    const relay = await start();
    const page = { ...batchOf().page, title: "line\u2028separator, paragraph\u2029separator" };
    await post(relay, envelopeOf({ key: late, batches: [batchOf({ page })] }));
    await relay.close();
    expect(await readFile(join(folder, "quarantine", "requests.ndjson"), "utf8")).not.toMatch(/[\u2028\u2029]/);
    const [kept] = await keptIn(folder);
    expect(JSON.parse(kept?.body ?? "").batches[0].page.title).toBe(page.title);
  });

  test("keeps nothing where a site strips its visitors of what names them", async () => {
    const folder = await temporaryFolder();
    const relay = await startRelay(await standIn(), { folder, quarantine });
    await post(relay, { ...envelopeOf(), batches: [bad()] }, { headers: { dnt: "1" } });
    expect(await keptIn(folder)).toEqual([]);
    const { keys, quarantine: counted } = await relay.ledger();
    expect(keys).toMatchObject({ [siteOf().keys[0] ?? ""]: { refused: { batch_invalid: 1 } } });
    expect(counted).toEqual({});
  });

  test("answers as without when it cannot be written, and counts that", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "quarantine"), "in the way");
    const relay = await startRelay(await standIn(), { folder, quarantine });
    expect((await post(relay, envelopeOf({ key: late }))).status).toBe(401);
    expect((await relay.ledger()).quarantine).toEqual({ failed: 1 });
  });

  test("is off by default, and needs a bound", async () => {
    const folder = await temporaryFolder();
    const collector = await standIn();
    const relay = await startRelay(collector, { folder });
    await post(relay, envelopeOf({ key: late }));
    expect(await keptIn(folder)).toEqual([]);
    await expect(startRelay(collector, { quarantine: {} as { maxBytes: number } })).rejects.toThrow(
      "quarantine.maxBytes: must be a number above 0",
    );
  });

  test("stays within its bound, and counts what went for it", async () => {
    const folder = await temporaryFolder();
    const relay = await startRelay(await standIn(), { folder, quarantine: { maxBytes: 8_000 } });
    for (let n = 0; n < 20; n++) await post(relay, envelopeOf({ key: late, sentAt: n }));
    const kept = await keptIn(folder);
    expect(JSON.parse(kept.at(-1)?.body ?? "").sentAt).toBe(19);
    const ledger = await relay.ledger();
    expect(ledger.quarantine).toEqual({ kept: 20, dropped: 20 - kept.length });
    expect(kept.length).toBeLessThan(12);
  });
});

describe("quarantined requests that are replayed", () => {
  test("go to the targets once, as they would have been sealed, and the ledger balances", async () => {
    const { folder, journal, collector, start } = await quarantining();
    const first = await start();
    const batch = batchOf();
    await post(first, { ...envelopeOf({ key: late }), batches: [batch] });
    await first.close();
    expect(await replayQuarantine({ journal, folder })).toEqual({
      journaled: 0,
      duplicate: 0,
      refused: { key_unknown: 1 },
    });
    const done = { journaled: 1, duplicate: 0, refused: {} };
    expect(await replayQuarantine({ journal, folder, sites: mended })).toEqual(done);
    expect(await replayQuarantine({ journal, folder, sites: mended })).toEqual({ ...done, journaled: 0 });
    const relay = await start();
    await relay.drained();
    expect([...collector.stored.keys()]).toEqual([batch.id]);
    expect(collector.stored.get(batch.id)?.edge).toMatchObject({ ip: "203.0.113.0", host: "shop.example" });
    expect(collector.stored.get(batch.id)?.edge.address).toBeUndefined();
    expect(await relay.ledger()).toMatchObject({
      balanced: true,
      quarantine: { kept: 1, replayed: 1 },
      requests: { key_unknown: 1 },
      keys: { [late]: { received: 1, journaled: 1, mended: 1 } },
    });
  });

  test("leave what is refused still, and take the rest of the same request", async () => {
    const { folder, journal, start } = await quarantining();
    const relay = await start();
    const [good, wrong] = [batchOf(), bad()];
    await post(relay, { ...envelopeOf({ key: late }), batches: [good, wrong] });
    await relay.close();
    const outcome = await replayQuarantine({ journal, folder, sites: mended });
    expect(outcome).toEqual({ journaled: 1, duplicate: 0, refused: { batch_invalid: 1 } });
    const [left, ...more] = await keptIn(folder);
    expect(more).toEqual([]);
    expect(left).toMatchObject({ reason: "batch_invalid", batches: 1 });
    expect(JSON.parse(left?.body ?? "").batches).toEqual([wrong]);
  });

  test.each(["before", "after"] as const)(
    "are neither lost nor doubled by a kill %s they are durable",
    async (when) => {
      const { folder, journal, collector, start } = await quarantining();
      const relay = await start();
      for (let n = 0; n < 3; n++) await post(relay, envelopeOf({ key: late }));
      await relay.close();
      const killed = replayQuarantine({ journal: dying(journal, when), folder, sites: mended });
      await expect(killed).rejects.toThrow("killed");
      const { journaled } = await replayQuarantine({ journal, folder, sites: mended });
      expect(journaled).toBe(when === "before" ? 3 : 0);
      expect(await keptIn(folder)).toEqual([]);
      const again = await start();
      await again.drained();
      expect([...collector.arrivals.values()]).toEqual([1, 1, 1]);
      expect(await again.ledger()).toMatchObject({
        balanced: true,
        keys: { [late]: { received: 3, journaled: 3, duplicate: 0 } },
      });
    },
  );

  test("keep the ledger in balance, whatever they hold", async () => {
    const step = fc.record({
      kind: fc.constantFrom("good", "bad", "mixed", "late", "late_gone", "again"),
      replay: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
        const { folder, journal, collector, start } = await quarantining();
        let relay = await start();
        let body: object = envelopeOf();
        for (const [seq, { kind, replay }] of steps.entries()) {
          if (kind === "good") body = envelopeOf();
          if (kind === "bad") body = { ...envelopeOf(), batches: [bad()] };
          if (kind === "mixed") body = { ...envelopeOf({ key: late }), batches: [batchOf(), bad()] };
          if (kind === "late") body = envelopeOf({ key: late });
          if (kind === "late_gone")
            body = { ...envelopeOf({ key: late }), gone: [{ tab: "t", seq, n: 1, reason: "age" }] };
          await post(relay, body);
          if (!replay) continue;
          await relay.close();
          await replayQuarantine({ journal, folder, sites: mended });
          relay = await start();
          expect((await relay.ledger()).balanced).toBe(true);
        }
        await relay.drained();
        const ledger = await relay.ledger();
        expect(ledger.balanced).toBe(true);
        expect(ledger.targets.isotherm?.waiting).toBe(0);
        await relay.close();
        await collector.close();
      }),
      { numRuns: 25 },
    );
  });
});
