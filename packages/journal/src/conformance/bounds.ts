import { describe, expect, test } from "vitest";
import type { BatchJournal } from "../journal.js";
import { JournalError } from "../journal-error.js";
import { inScene, readAll, readIds, record, records, type StartBench } from "./bench.js";

const MAX_BYTES = 256 * 1024;

async function fill(journal: BatchJournal, prefix: string): Promise<number> {
  for (let index = 0; ; index += 1) {
    try {
      await journal.append([record(`${prefix}${index}`, "x".repeat(4000))]);
    } catch (error) {
      expect(error).toBeInstanceOf(JournalError);
      expect(error).toMatchObject({ code: "journal_full" });
      return index;
    }
    expect(index).toBeLessThan(1000);
  }
}

/** Promises about `maxBytes` and `trim`. */
export function bounds(start: StartBench): void {
  describe("a full journal", () => {
    test(
      "refuses, keeps what it has, and works again once readers went on and it was trimmed",
      inScene(start, async ({ open }) => {
        const journal = await open(MAX_BYTES);
        const count = await fill(journal, "a");
        expect(count).toBeGreaterThan(30);
        expect((await journal.stats()).bytes).toBeLessThanOrEqual(MAX_BYTES);
        expect((await journal.stats()).failing).toBeNull();
        expect(await readIds(journal)).toHaveLength(count);
        const { last } = await journal.stats();
        await journal.advance("one", last);
        expect(await journal.trim(last)).toBeGreaterThan(0);
        const left = await readIds(journal);
        expect(await fill(journal, "b")).toBeGreaterThan(20);
        expect((await readIds(journal)).slice(0, left.length)).toEqual(left);
      }),
    );

    test(
      "still counts and moves readers",
      inScene(start, async ({ open }) => {
        const journal = await open(MAX_BYTES);
        await fill(journal, "a");
        await journal.append([], () => ({ "refused.journal_full": 1 }));
        await journal.append([record("a0")], ({ duplicates }) => ({ duplicate: duplicates.length }));
        await journal.advance("one", 1, { forwarded: 1 });
        const stats = await journal.stats();
        expect(stats.tally).toEqual({ "refused.journal_full": 1, duplicate: 1 });
        expect(stats.readers).toEqual({ one: { position: 1, tally: { forwarded: 1 } } });
      }),
    );

    test(
      "refuses for good what would never fit",
      inScene(start, async ({ open }) => {
        const journal = await open(MAX_BYTES);
        await expect(journal.append([record("a", "x".repeat(MAX_BYTES + 1))])).rejects.toMatchObject({
          code: "record_too_large",
        });
        expect(await journal.append([record("b")])).toEqual({ stored: 1, duplicates: [] });
      }),
    );
  });

  describe("trim", () => {
    test(
      "keeps what a reader has not passed, and what was not asked for",
      inScene(start, async ({ open }) => {
        const journal = await open(MAX_BYTES);
        await fill(journal, "a");
        const all = await readAll(journal);
        const { last } = await journal.stats();
        const middle = all[Math.floor(all.length / 2)]?.position ?? 0;
        await journal.advance("slow", middle);
        await journal.advance("fast", last);
        const freed = await journal.trim(last);
        expect(freed).toBeGreaterThan(0);
        expect(await readAll(journal)).toEqual(all.slice(freed));
        expect((await journal.read(middle, { records: 1, bytes: 1 }))[0]?.position).toBe(middle + 1);
        await journal.advance("slow", last);
        expect(await journal.trim(middle)).toBeLessThanOrEqual(middle);
        expect((await journal.read(middle, { records: 1, bytes: 1 }))[0]?.position).toBe(middle + 1);
      }),
    );

    test(
      "is held back by a forgotten reader no longer",
      inScene(start, async ({ open }) => {
        const journal = await open(MAX_BYTES);
        await fill(journal, "a");
        const { last } = await journal.stats();
        await journal.advance("gone", 0);
        await journal.advance("one", last);
        expect(await journal.trim(last)).toBe(0);
        await journal.forget("gone");
        expect(await journal.trim(last)).toBeGreaterThan(0);
      }),
    );

    test(
      "never gives a place out again, also when everything was freed and it was opened again",
      inScene(start, async ({ open, reopen, persists }) => {
        const journal = await open(MAX_BYTES);
        await fill(journal, "a");
        const { last } = await journal.stats();
        await journal.trim(last);
        const again = persists ? await reopen() : journal;
        await again.append([record("new")]);
        const stats = await again.stats();
        expect(stats.last).toBe(last + 1);
        expect((await readAll(again, last)).map(({ id, position }) => [id, position])).toEqual([["new", last + 1]]);
      }),
    );

    test(
      "leaves counters and cursors as they are",
      inScene(start, async ({ open, reopen, persists }) => {
        const journal = await open(MAX_BYTES);
        await journal.append(records("t", 3), () => ({ received: 3 }));
        const count = await fill(journal, "a");
        await journal.advance("one", count, { forwarded: count });
        await journal.trim(count);
        const again = persists ? await reopen() : journal;
        const { tally, readers } = await again.stats();
        expect(tally).toEqual({ received: 3 });
        expect(readers).toEqual({ one: { position: count, tally: { forwarded: count } } });
      }),
    );
  });
}
