import type { BatchJournal } from "@isotherm/journal";
import { memoryJournal } from "@isotherm/journal/memory";
import { describe, expect, test } from "vitest";
import { register } from "../../src/forward/register.js";
import { ledgerOf } from "../../src/ledger/ledger.js";

/** A journal with three batches, of which the first two are gone: the target `old` has passed them. */
async function withHistory(): Promise<BatchJournal> {
  const journal = memoryJournal();
  const records = ["a", "b", "c"].map((id) => ({ id, data: new Uint8Array(10) }));
  await journal.append(records, ({ stored }) => ({ "received:pk": stored, "journaled:pk": stored }));
  await journal.advance("old", 3, { forwarded: 3 });
  await journal.trim(2);
  return journal;
}

/** The journal, as it is to a process that is killed after so many moves of a cursor. */
function killedAfter(journal: BatchJournal, moves: number): BatchJournal {
  let left = moves;
  return {
    ...journal,
    async advance(...move) {
      left -= 1;
      if (left < 0) throw new Error("killed");
      await journal.advance(...move);
    },
  };
}

describe("a target that joins a journal with a history", () => {
  test.each([0, 1, 2])(
    "has a part of the ledger that adds up, also when a kill comes after %i steps",
    async (steps) => {
      const journal = await withHistory();
      const killed = register(killedAfter(journal, steps), "new");
      if (steps < 2) await expect(killed).rejects.toThrow("killed");
      else await killed;
      // What comes before the next start is the target's business.
      await journal.append([{ id: "d", data: new Uint8Array(10) }], () => ({ "received:pk": 1, "journaled:pk": 1 }));
      const before = await register(journal, "new");
      expect(before).toMatchObject({ position: 2, tally: { before: 2 } });
      expect(await register(journal, "new")).toEqual(before);
      const { targets, balanced } = ledgerOf(await journal.stats(), ["old", "new"]);
      expect(targets.new).toMatchObject({ journaled: 2, waiting: 2 });
      expect(balanced).toBe(true);
    },
  );

  test("may be called as what every object has", async () => {
    const journal = await withHistory();
    expect(await register(journal, "constructor")).toMatchObject({ position: 2, tally: { before: 2 } });
    expect(ledgerOf(await journal.stats(), ["constructor"]).balanced).toBe(true);
  });
});
