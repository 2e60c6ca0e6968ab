import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { memoryJournal } from "@isotherm/journal/memory";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { newSecret } from "@isotherm/protocol/signature";
import type { Relay } from "@isotherm/relay";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../kit/folder.js";
import { post, relayOptions, startRelay } from "../kit/relay.js";
import { type Move, type StandIn, siteOf, standIn } from "../kit/stand-in.js";
import { until } from "../kit/until.js";

/** Sends batches one request each, and gives back their ids. */
async function sendSome(relay: Relay, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const batch = batchOf({ at: Date.now(), seq: i });
    ids.push(batch.id);
    expect((await post(relay, envelopeOf({ batches: [batch] }), { address: `203.0.113.${i % 200}` })).status).toBe(204);
  }
  return ids;
}

const stateOf = async (relay: Relay) => (await relay.health()).targets.isotherm;
const targetLedger = async (relay: Relay) => (await relay.ledger()).targets.isotherm;

async function expectAll(relay: Relay, collector: StandIn, ids: readonly string[]): Promise<void> {
  expect(await relay.drained()).toBe(true);
  expect([...collector.stored.keys()].sort()).toEqual([...ids].sort());
  expect(await relay.ledger()).toMatchObject({
    balanced: true,
    targets: { isotherm: { journaled: ids.length, forwarded: ids.length, waiting: 0, dead: 0 } },
  });
}

describe("forwarding", () => {
  test.each<[string, (attempt: number) => Move]>([
    ["answers 500 now and then", (attempt) => (attempt % 3 === 0 ? { status: 500 } : "take")],
    ["answers 500 for a while", (attempt) => (attempt < 12 ? { status: 500 } : "take")],
    ["cuts the line before it has taken anything", (attempt) => (attempt % 2 === 0 ? "cut" : "take")],
    ["takes everything and cuts the line before the answer", (attempt) => (attempt < 6 ? "take_and_cut" : "take")],
    ["answers 200 with a page for a while", (attempt) => (attempt < 4 ? { status: 200, body: "<html>" } : "take")],
  ])("loses nothing and stores nothing twice when the collector %s", async (_name, next) => {
    const collector = await standIn();
    collector.next = next;
    const relay = await startRelay(collector);
    await expectAll(relay, collector, await sendSome(relay, 30));
  });

  test("goes on when the collector hangs", async () => {
    const collector = await standIn();
    collector.next = (attempt) => (attempt === 1 ? "hang" : "take");
    const relay = await startRelay(collector, { retry: { firstMs: 5, maxMs: 20, timeoutMs: 200 } });
    await expectAll(relay, collector, await sendSome(relay, 3));
    expect((await stateOf(relay))?.lastError).toMatch(/UND_ERR_HEADERS_TIMEOUT|TimeoutError/);
  });

  test("waits as long as a 429 says", async () => {
    const collector = await standIn();
    collector.next = (attempt) => (attempt === 1 ? { status: 429, headers: { "retry-after": "1" } } : "take");
    const relay = await startRelay(collector);
    const started = performance.now();
    const ids = await sendSome(relay, 5);
    await until(
      () => stateOf(relay),
      (it) => it?.state === "backing_off" && (it.retryInMs ?? 0) > 500,
    );
    await expectAll(relay, collector, ids);
    expect(performance.now() - started).toBeGreaterThan(950);
  });

  test.each([401, 403, 404, 415])(
    "stops at a %i, keeps everything, and goes on by itself once it is mended",
    async (status) => {
      const collector = await standIn();
      collector.next = () => ({ status });
      const lines: string[] = [];
      const nothing = (): void => {};
      const error = (_fields: object, message: string): void => void lines.push(message);
      const relay = await startRelay(collector, { log: { info: nothing, warn: nothing, error } });
      const ids = await sendSome(relay, 4);
      const stopped = await until(
        () => stateOf(relay),
        (it) => it?.state === "stopped",
      );
      expect(stopped?.lastError).toContain(String(status));
      expect((await relay.health()).status).toBe("degraded");
      expect((await relay.health()).ready).toBe(true);
      expect((await targetLedger(relay))?.waiting).toBe(4);
      await until(
        () => collector.envelopes.length,
        (count) => count >= 3,
      );
      expect(lines.filter((line) => line.includes("stopped"))).toHaveLength(1);
      collector.next = () => "take";
      await expectAll(relay, collector, ids);
      expect((await stateOf(relay))?.state).toBe("running");
    },
  );

  test("keeps the batches of a key that the collector does not know, while those of others go on", async () => {
    const collector = await standIn();
    const young = siteOf({ id: "young", keys: ["pk_young"] });
    const unknown = { status: 401, body: { code: "key_unknown", message: "no such site" } };
    collector.next = () => (collector.envelopes.at(-1)?.key === "pk_young" ? unknown : "take");
    const alarms: string[] = [];
    const nothing = (): void => {};
    const error = (_fields: object, message: string): void => void alarms.push(message);
    const relay = await startRelay(collector, { sites: [young], log: { info: nothing, warn: nothing, error } });
    const early = batchOf();
    await post(relay, envelopeOf({ key: "pk_young", batches: [early] }));
    const ids = await sendSome(relay, 5);
    await until(
      () => collector.envelopes.filter(({ key }) => key === "pk_young").length,
      (count) => count >= 3,
    );
    expect(ids.filter((id) => !collector.stored.has(id))).toEqual([]);
    const state = await until(
      () => stateOf(relay),
      (it) => it?.waiting === 1,
    );
    expect(state?.state).toBe("running");
    const health = await until(
      () => relay.health(),
      ({ targets }) => targets.isotherm?.held === 1,
    );
    expect(health.status).toBe("degraded");
    expect(alarms.filter((line) => line.includes("one key"))).toHaveLength(1);
    collector.next = () => "take";
    await expectAll(relay, collector, [early.id, ...ids]);
    expect(await relay.health()).toMatchObject({ status: "ok", targets: { isotherm: { held: 0 } } });
  });

  test("signs every attempt anew, with a secret that the collector still knows while they rotate", async () => {
    const collector = await standIn();
    const { url, keyId, secrets } = collector;
    const next = newSecret();
    const relay = await startRelay(collector, {
      targets: [{ type: "isotherm", url, keyId, secrets: [next, ...secrets] }],
    });
    collector.secrets.splice(0, 1, next);
    await expectAll(relay, collector, await sendSome(relay, 3));
  });

  test("merges what waits into as few requests as the limits allow", async () => {
    const collector = await standIn();
    collector.next = () => ({ status: 500 });
    const relay = await startRelay(collector, { retry: { firstMs: 200, maxMs: 200 } });
    const ids = await sendSome(relay, 1);
    await until(
      () => collector.envelopes.length,
      (count) => count >= 1,
    );
    ids.push(...(await sendSome(relay, 150)));
    collector.next = () => "take";
    await expectAll(relay, collector, ids);
    const sizes = collector.envelopes.map((envelope) => envelope.ids.length);
    expect(Math.max(...sizes)).toBe(64);
    expect(sizes.length).toBeLessThan(20);
  });

  test("keeps what the collector refuses for good in the dead letters, with the reason, and sends the rest", async () => {
    const folder = await temporaryFolder();
    const collector = await standIn();
    const batches = [batchOf(), batchOf(), batchOf()];
    const bad = batches[1]?.id ?? "";
    collector.reject.add(bad);
    const relay = await startRelay(collector, { folder });
    await post(relay, envelopeOf({ batches }));
    await relay.drained();
    expect(collector.stored.size).toBe(2);
    expect(await relay.ledger()).toMatchObject({ balanced: true, targets: { isotherm: { forwarded: 2, dead: 1 } } });
    const [line = ""] = (await readFile(join(folder, "dead-letters", "isotherm.ndjson"), "utf8")).split("\n");
    expect(JSON.parse(line)).toMatchObject({
      target: "isotherm",
      id: bad,
      code: "batch_invalid",
      message: "not today",
      batch: { id: bad },
    });
  });

  test.each([400, 413])("finds the one batch of many that a %i is about", async (status) => {
    const collector = await standIn();
    const batches = Array.from({ length: 20 }, (_, seq) => batchOf({ seq }));
    const poison = batches[13]?.id ?? "";
    const body = { code: status === 413 ? "body_too_large" : "envelope_invalid", message: "no" };
    collector.next = () => (collector.envelopes.at(-1)?.ids.includes(poison) ? { status, body } : "take");
    const relay = await startRelay(collector);
    await post(relay, envelopeOf({ batches }));
    await relay.drained();
    expect(collector.stored.size).toBe(19);
    expect(await relay.ledger()).toMatchObject({ balanced: true, targets: { isotherm: { forwarded: 19, dead: 1 } } });
  });

  test.each([400, 413])("gives nothing up for a %i of something in front of the collector", async (status) => {
    const collector = await standIn();
    const body = "<html><title>The plain HTTP request was sent to HTTPS port</title></html>";
    collector.next = () => ({ status, body, headers: { "content-type": "text/html" } });
    const relay = await startRelay(collector);
    const batches = Array.from({ length: 10 }, (_, seq) => batchOf({ seq }));
    await post(relay, envelopeOf({ batches }));
    await until(
      async () => (await relay.health()).targets.isotherm?.state,
      (state) => state === "stopped",
    );
    expect((await relay.ledger()).targets.isotherm).toMatchObject({ dead: 0, waiting: 10 });
    collector.next = () => "take";
    await relay.drained();
    expect(await relay.ledger()).toMatchObject({ balanced: true, targets: { isotherm: { forwarded: 10, dead: 0 } } });
  });

  test.each([
    ["the one batch", [5]],
    ["two batches, one in each half,", [2, 9]],
    ["four batches", [0, 1, 6, 11]],
  ])("finds %s that the collector fails at also where nothing else waits", async (_, seqs) => {
    const collector = await standIn();
    const batches = Array.from({ length: 12 }, (_, seq) => batchOf({ seq }));
    const poison = seqs.map((seq) => batches[seq]?.id ?? "");
    collector.next = () =>
      poison.some((id) => collector.envelopes.at(-1)?.ids.includes(id)) ? { status: 500 } : "take";
    const relay = await startRelay(collector);
    await post(relay, envelopeOf({ batches }));
    await until(
      () => collector.stored.size,
      (stored) => stored === batches.length - poison.length,
    );
    for (const id of poison) expect(collector.stored.has(id)).toBe(false);
  });

  test("lets all others pass by the one batch that the collector fails at", async () => {
    const collector = await standIn();
    const batches = Array.from({ length: 12 }, (_, seq) => batchOf({ seq }));
    const poison = batches[5]?.id ?? "";
    collector.next = () => (collector.envelopes.at(-1)?.ids.includes(poison) ? { status: 500 } : "take");
    const relay = await startRelay(collector);
    await post(relay, envelopeOf({ batches }));
    const ids = await sendSome(relay, 10);
    const others = [...batches.map(({ id }) => id).filter((id) => id !== poison), ...ids];
    await until(
      () => others.filter((id) => !collector.stored.has(id)),
      (missing) => missing.length === 0,
    );
    expect((await targetLedger(relay))?.waiting).toBeGreaterThan(0);
    collector.next = () => "take";
    await expectAll(relay, collector, [...batches.map(({ id }) => id), ...ids]);
  });

  test("gives up what is older than the collector remembers, but not silently", async () => {
    const collector = await standIn();
    let now = Date.now();
    collector.next = () => ({ status: 500 });
    const journal = memoryJournal();
    const first = await startRelay(collector, { journal, now: () => now });
    await sendSome(first, 2);
    await first.close();
    now += 17 * 86_400_000;
    const later = await standIn({ now: () => now });
    const relay = await startRelay(later, { journal, now: () => now });
    await relay.drained();
    expect(later.stored.size).toBe(0);
    expect(await relay.ledger()).toMatchObject({ balanced: true, targets: { isotherm: { dead: 2, waiting: 0 } } });
  });

  test("passes on discards that senders report, also when their batch was there before", async () => {
    const collector = await standIn();
    const relay = await startRelay(collector);
    const batches = [batchOf()];
    const gone = [{ tab: "t1", seq: 4, n: 9, reason: "quota" as const }];
    expect((await post(relay, envelopeOf({ batches }))).status).toBe(204);
    await relay.drained();
    expect((await post(relay, envelopeOf({ batches, gone }))).status).toBe(202);
    await relay.drained();
    expect(collector.gone).toEqual(gone);
    expect((await post(relay, envelopeOf({ batches, gone }))).status).toBe(202);
    await relay.drained();
    expect(collector.gone).toEqual(gone);
    expect(await relay.ledger()).toMatchObject({
      balanced: true,
      keys: { [collector.key]: { received: 3, journaled: 1, duplicate: 2 } },
      targets: { isotherm: { journaled: 1, forwarded: 1, waiting: 0 } },
    });
  });

  test("counts what a full journal dropped before the target had it", async () => {
    const collector = await standIn();
    collector.next = () => ({ status: 503, headers: { "retry-after": "3600" } });
    const journal = memoryJournal({ maxBytes: 10_000, full: "drop-oldest" });
    const relay = await startRelay(collector, { journal });
    await sendSome(relay, 1);
    await until(
      () => collector.envelopes.length,
      (count) => count > 0,
    );
    await sendSome(relay, 40);
    expect((await relay.ledger()).balanced).toBe(true);
    await relay.close();
    collector.next = () => "take";
    const again = await startRelay(collector, { journal });
    await again.drained();
    const ledger = await again.ledger();
    expect(ledger.balanced).toBe(true);
    expect(ledger.targets.isotherm).toMatchObject({ journaled: 41, waiting: 0, forwarded: collector.stored.size });
    expect(ledger.targets.isotherm?.dropped.lost).toBe(41 - collector.stored.size);
    expect(collector.stored.size).toBeLessThan(41);
  });

  test("starts a new target at the oldest record kept, with a ledger that adds up", async () => {
    const collector = await standIn();
    const journal = memoryJournal();
    const options = await relayOptions(collector, { journal });
    const first = await startRelay(collector, options);
    await sendSome(first, 3);
    await first.drained();
    await until(
      () => journal.stats(),
      (stats) => stats.records === 0,
    );
    collector.next = () => ({ status: 500 });
    await sendSome(first, 2);
    await first.close();
    collector.next = () => "take";
    const targets = options.targets.flatMap((target) => [target, { ...target, name: "second" }]);
    const relay = await startRelay(collector, { ...options, targets });
    await relay.drained();
    expect(await relay.ledger()).toMatchObject({
      balanced: true,
      targets: {
        isotherm: { journaled: 5, forwarded: 5, waiting: 0 },
        second: { journaled: 2, forwarded: 2, waiting: 0 },
      },
    });
  });

  test("does not hold one target back because another is away", async () => {
    const [up, down] = [await standIn(), await standIn()];
    down.next = () => "cut";
    const options = await relayOptions(up);
    const targets = [
      ...options.targets,
      { type: "isotherm" as const, name: "copy", url: down.url, keyId: down.keyId, secrets: down.secrets },
    ];
    const relay = await startRelay(up, { ...options, targets });
    const ids = await sendSome(relay, 10);
    await until(
      () => up.stored.size,
      (size) => size === ids.length,
    );
    expect((await relay.ledger()).targets.copy).toMatchObject({ forwarded: 0, waiting: 10 });
    down.next = () => "take";
    await relay.drained();
    expect(down.stored.size).toBe(10);
  });
});
