import { planReplay, replayLetters, replaySince } from "@isotherm/relay/tools";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { idsAt, operated } from "../kit/operated.js";

describe("a cursor that is set back", () => {
  test("sends its target, and no other, what was received since, and the ledger balances", async () => {
    let now = 1_000_000;
    const { send, stop, start, journal, hook, collector } = await operated({ now: () => now });
    // Held back by a reader, nothing is freed.
    await journal.advance("archive", 0);
    await send(2);
    now += 60_000;
    const late = await send(3);
    await stop();
    hook.seen.splice(0);
    const plan = await planReplay(journal, "hook", now - 1);
    expect(plan).toMatchObject({ position: 2, again: 3, waiting: 0, keptSince: 1_000_000 });
    await replaySince(journal, plan);
    const ledger = await start();
    expect(idsAt(hook)).toEqual(late);
    expect([...collector.arrivals.values()]).toEqual([1, 1, 1, 1, 1]);
    expect(ledger).toMatchObject({
      balanced: true,
      targets: { hook: { journaled: 5, replayed: 3, forwarded: 8 }, isotherm: { replayed: 0, forwarded: 5 } },
    });
  });

  test("says what is still there, and changes nothing where that is nothing", async () => {
    const { send, stop, journal } = await operated();
    await send(2);
    await stop();
    const before = await journal.reader("hook");
    const plan = await planReplay(journal, "hook", 0);
    expect(plan).toMatchObject({ position: undefined, again: 0, keptSince: null });
    await replaySince(journal, plan);
    expect(await journal.reader("hook")).toEqual(before);
  });

  test("passes over what was settled out of order, and counts all that goes again", async () => {
    const { send, stop, start, journal } = await operated();
    await journal.advance("archive", 0);
    await send(6);
    await stop();
    // As a crash leaves it that came while the second and the fifth were still under way.
    const { tally } = await journal.reader("hook");
    await journal.forget("hook");
    await journal.advance("hook", 1, { ...tally, forwarded: 4 }, [
      [3, 4],
      [6, 6],
    ]);
    const plan = await planReplay(journal, "hook", 0);
    expect(plan).toMatchObject({ position: 0, again: 4, waiting: 2 });
    await replaySince(journal, plan);
    expect((await start()).targets.hook).toMatchObject({ journaled: 6, replayed: 4, forwarded: 10, waiting: 0 });
  });
});

test("the ledger balances whatever an operator does", async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("send" as const), count: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constantFrom("gone", "refuse", "take", "letters", "forget" as const) }),
    fc.record({
      kind: fc.constant("since" as const),
      ago: fc.integer({ min: 0, max: 6 }),
      target: fc.constantFrom("hook", "isotherm"),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.boolean(), async (steps, isHeld) => {
      let now = 1_000_000_000;
      const it = await operated({ now: () => now });
      let sent = 0;
      if (isHeld) await it.journal.advance("archive", 0);
      for (const one of steps) {
        now += 1_000;
        if (one.kind === "send") sent += (await it.send(one.count)).length;
        if (one.kind === "gone") sent += (await it.send(1, [{ tab: "t", seq: sent, n: 1, reason: "age" }])).length;
        if (one.kind === "refuse") it.hook.reply = () => ({ status: 400 });
        if (one.kind === "take") it.hook.reply = () => ({ status: 200 });
        if (one.kind === "letters" || one.kind === "since" || one.kind === "forget") {
          await it.stop();
          if (one.kind === "letters") await replayLetters({ journal: it.journal, folder: it.letters });
          if (one.kind === "forget") await it.journal.forget("hook");
          if (one.kind === "since") {
            await replaySince(it.journal, await planReplay(it.journal, one.target, now - 1_000 * one.ago));
          }
          const ledger = await it.start();
          expect(ledger.balanced).toBe(true);
          expect(ledger.keys[it.collector.key]?.journaled ?? 0).toBe(sent);
          for (const target of Object.values(ledger.targets)) expect(target.waiting).toBe(0);
        }
        expect((await it.relay.ledger()).balanced).toBe(true);
      }
      await it.stop();
      await it.collector.close();
    }),
    { numRuns: 25 },
  );
}, 60_000);
