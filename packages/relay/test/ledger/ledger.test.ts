import { type BatchJournal, JournalError } from "@isotherm/journal";
import { memoryJournal } from "@isotherm/journal/memory";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { counters } from "../../src/ledger/counters.js";
import { post, startRelay } from "../kit/relay.js";
import { type Move, standIn } from "../kit/stand-in.js";
import { until } from "../kit/until.js";

describe("ledger", () => {
  test("balances at every moment, whatever senders and collector do", async () => {
    const step = fc.record({
      count: fc.integer({ min: 1, max: 5 }),
      kind: fc.constantFrom("new", "again", "invalid", "gpc", "foreign", "no_json", "nobody", "gone"),
    });
    const move = fc.constantFrom<Move>(
      "take",
      "take",
      "take_and_cut",
      "cut",
      { status: 500 },
      { status: 401 },
      { status: 400 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.array(move, { maxLength: 25 }), async (steps, moves) => {
        const collector = await standIn();
        collector.next = (attempt) => moves[attempt - 1] ?? "take";
        const relay = await startRelay(collector, { retry: { firstMs: 1, maxMs: 4 } });
        let sent = [batchOf()];
        let received = 0;
        let requests = 0;
        for (const [index, { count, kind }] of steps.entries()) {
          const fresh = Array.from({ length: count }, (_, seq) => batchOf({ seq }));
          const batches =
            kind === "again" ? sent : kind === "invalid" ? fresh.map((it) => ({ ...it, seq: -1 })) : fresh;
          const body = {
            ...envelopeOf(),
            batches,
            ...(kind === "nobody" && { key: "pk_nobody" }),
            ...(kind === "gone" && { gone: [{ tab: "t", seq: index, n: 1, reason: "age" }] }),
          };
          await post(relay, kind === "no_json" ? "{" : body, {
            headers: {
              ...(kind === "gpc" && { "sec-gpc": "1" }),
              ...(kind === "foreign" && { origin: "https://evil.example" }),
            },
          });
          if (["foreign", "no_json", "nobody"].includes(kind)) requests++;
          else received += batches.length;
          if (kind === "new") sent = fresh;
          const now = await relay.ledger();
          expect(now.balanced).toBe(true);
        }
        await relay.drained();
        const ledger = await relay.ledger();
        expect(ledger.balanced).toBe(true);
        const mine = ledger.keys[collector.key];
        expect(mine?.received ?? 0).toBe(received);
        expect(Object.values(ledger.requests).reduce((sum, count) => sum + count, 0)).toBe(requests);
        expect(ledger.targets.isotherm).toMatchObject({ journaled: mine?.journaled ?? 0, waiting: 0 });
        await Promise.all([relay.close(), collector.close()]);
      }),
      { numRuns: 25 },
    );
  });

  test("goes on after a restart, refusals included", async () => {
    const collector = await standIn();
    const journal = memoryJournal();
    const first = await startRelay(collector, { journal });
    await post(first, "{");
    await post(first, envelopeOf(), { headers: { "sec-gpc": "1" } });
    await post(first, envelopeOf());
    await first.close();
    const relay = await startRelay(collector, { journal });
    await relay.drained();
    expect(await relay.ledger()).toMatchObject({
      balanced: true,
      requests: { envelope_invalid: 1 },
      keys: { [collector.key]: { received: 2, journaled: 1, refused: { gpc: 1 } } },
      targets: { isotherm: { journaled: 1, forwarded: 1 } },
    });
  });

  test("makes refusals durable within moments, without any other traffic", async () => {
    const journal = memoryJournal();
    const relay = await startRelay(await standIn(), { journal });
    await post(relay, "{");
    await until(
      () => journal.stats(),
      ({ tally }) => tally["request:envelope_invalid"] === 1,
    );
  });
});

describe("counters", () => {
  test("lose and double nothing while the journal refuses now and then", async () => {
    const inner = memoryJournal();
    let appends = 0;
    const journal: BatchJournal = {
      ...inner,
      append(records, tally) {
        appends++;
        if (appends % 2 === 1) return Promise.reject(new JournalError("journal_unwritable", "no"));
        return inner.append(records, tally);
      },
    };
    const count = counters(journal);
    for (let i = 1; i <= 20; i++) {
      count.add({ a: 1, b: 2 });
      if (i % 3 === 0) await count.flush();
      expect((await count.stats()).tally).toEqual({ a: i, b: 2 * i });
    }
    await count.flush();
    await count.close();
    expect((await inner.stats()).tally).toEqual({ a: 20, b: 40 });
  });
});
