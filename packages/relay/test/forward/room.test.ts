import { memoryJournal } from "@isotherm/journal/memory";
import { batchOf, edgeOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import type { DeadLetters } from "../../src/dead-letters/dead-letters.js";
import { feed } from "../../src/forward/feeder.js";
import { settlement } from "../../src/forward/settlement.js";
import { encodeRecord } from "../../src/journal-record/record.js";
import { silent } from "../../src/log.js";
import { posthog } from "../../src/target/posthog.js";
import type { Item } from "../../src/target/target.js";
import { post, startRelay } from "../kit/relay.js";
import { siteOf, standIn } from "../kit/stand-in.js";
import { until } from "../kit/until.js";

describe("room in memory", () => {
  test("is left for others by what a target holds, which waits in the dead letters instead", async () => {
    const collector = await standIn();
    const { url, keyId, secrets } = collector;
    const unknown = { status: 401, body: { code: "key_unknown", message: "no such site" } };
    collector.next = () => (collector.envelopes.at(-1)?.key === "pk_young" ? unknown : "take");
    const relay = await startRelay(collector, {
      sites: [siteOf({ id: "young", keys: ["pk_young"] })],
      targets: [{ type: "isotherm", url, keyId, secrets, concurrency: 1 }],
      eventsPerMinute: 1_000_000,
    });
    const large = () => {
      const props = { text: "x".repeat(500) };
      return batchOf({ events: Array.from({ length: 80 }, (_, t) => ({ type: "custom", t, name: "n", props })) });
    };
    // Four times what waits in memory for one request at a time.
    for (let sent = 0; sent < 96; sent++) {
      expect((await post(relay, envelopeOf({ key: "pk_young", batches: [large()] }))).status).toBe(204);
    }
    const late = batchOf();
    await post(relay, envelopeOf({ batches: [late] }));
    await until(
      () => collector.stored.has(late.id),
      (isThere) => isThere,
    );
    const ledger = await until(
      () => relay.ledger(),
      ({ targets }) => targets.isotherm?.forwarded === 1,
    );
    expect(ledger.balanced).toBe(true);
    const { forwarded, dead, waiting } = ledger.targets.isotherm ?? {};
    expect([forwarded, dead && dead > 0, (dead ?? 0) + (waiting ?? 0)]).toEqual([1, true, 96]);
  });

  const deadLetters: DeadLetters = { write: async () => {}, close: async () => {} };
  const itemOf = (position: number): Item => {
    const events = Array.from({ length: 40 }, (_, t) => ({ type: "custom" as const, t, name: "n", props: {} }));
    const batch = new TextEncoder().encode(JSON.stringify({ ...batchOf({ events }), edge: edgeOf() }));
    const empty = new Uint8Array(0);
    return { id: `${position}`, position, kind: "batch", key: "pk", site: "shop", receivedAt: 1, batch, gone: empty };
  };

  test("is measured by what is made of a batch for a target, not by what it takes in the journal", () => {
    const target = posthog({ type: "posthog", url: "https://eu.i.posthog.com", apiKey: "phc_x", concurrency: 1 });
    const parts = {
      ...{ target, journal: memoryJournal(), deadLetters, log: silent, now: () => 1, random: () => 0 },
      ...{ firstMs: 1, maxMs: 1, timeoutMs: 1, transport: { send: async () => ({}) as never, close: async () => {} } },
    };
    const account = settlement(parts as never, { position: 0, tally: {} }, { moved: () => {}, settled: () => {} });
    let opened = 0;
    while (account.hasRoom) {
      const item = itemOf(++opened);
      account.open(item, target.entries(item));
    }
    // 2 MiB hold some 1,500 events of 40 a batch with their texts; of bare records they would hold 700 batches.
    expect(opened).toBeGreaterThan(15);
    expect(opened).toBeLessThan(50);
  });

  test("is looked for before every record, not only before every page of them", async () => {
    const journal = memoryJournal();
    await journal.append(Array.from({ length: 10 }, (_, i) => encodeRecord(`${i}`, itemOf(i + 1))));
    const ended = new AbortController();
    const handed: string[] = [];
    let room = 3;
    let fed = 0;
    let makeRoom = (): void => {};
    const feeding = feed(
      journal,
      0,
      {
        get isFull() {
          return room <= 0;
        },
        async room() {
          while (room <= 0 && !ended.signal.aborted) {
            await new Promise<void>((resolve) => {
              makeRoom = resolve;
            });
          }
          return !ended.signal.aborted;
        },
        item({ id }) {
          handed.push(id);
          room--;
        },
        unreadable: () => {},
        missing: () => {},
        fed: () => void fed++,
      },
      { log: silent, signal: ended.signal },
    );
    await until(
      () => handed.length,
      (count) => count === 3,
    );
    // What was handed over goes at once: only that makes room again.
    await until(
      () => fed,
      (times) => times === 1,
    );
    room = 20;
    makeRoom();
    await until(
      () => handed.length,
      (count) => count === 10,
    );
    expect(handed).toEqual(Array.from({ length: 10 }, (_, i) => `${i}`));
    ended.abort();
    makeRoom();
    await feeding;
  });
});
