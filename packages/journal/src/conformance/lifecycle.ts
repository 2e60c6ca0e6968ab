import { describe, expect, test } from "vitest";
import { inScene, readIds, record, records, type StartBench } from "./bench.js";

/** Promises about `stats`, `verify` and `close`. */
export function lifecycle(start: StartBench): void {
  describe("stats", () => {
    test(
      "describe an empty journal",
      inScene(start, async ({ open }) => {
        const stats = await (await open()).stats();
        expect(stats).toMatchObject({
          records: 0,
          first: 1,
          last: 0,
          oldestAt: null,
          tally: {},
          readers: {},
          dropped: 0,
        });
        expect(stats).toMatchObject({ damage: [], failing: null, maxBytes: 1024 * 1024 });
      }),
    );

    test(
      "describe what is kept",
      inScene(start, async ({ open }) => {
        const journal = await open();
        await journal.append(records("a", 4, 500));
        const stats = await journal.stats();
        expect(stats).toMatchObject({ records: 4, first: 1, last: 4 });
        expect(stats.bytes).toBeGreaterThanOrEqual(2000);
        expect(stats.oldestAt).toBeGreaterThan(0);
      }),
    );
  });

  describe("verify", () => {
    test(
      "finds everything that is kept and no damage",
      inScene(start, async ({ open, reopen, persists }) => {
        const journal = await open();
        await journal.append(records("a", 50));
        await journal.advance("one", 20);
        const again = persists ? await reopen() : journal;
        const report = await again.verify();
        expect(report).toMatchObject({ records: 50, damage: [] });
        expect(report.bytes).toBe((await again.stats()).bytes);
      }),
    );
  });

  describe("close", () => {
    test(
      "waits for appends in flight",
      inScene(start, async ({ open, reopen, persists }) => {
        const journal = await open();
        const appends = records("a", 50).map((one) => journal.append([one]));
        await journal.close();
        expect(await Promise.all(appends)).toHaveLength(50);
        if (persists) expect(await readIds(await reopen())).toHaveLength(50);
      }),
    );

    test(
      "ends waiting, and refuses everything afterwards",
      inScene(start, async ({ open }) => {
        const journal = await open();
        const wait = journal.waitFor(0, new AbortController().signal);
        await journal.close();
        await journal.close();
        expect(await wait).toBe(false);
        expect(await journal.waitFor(0, new AbortController().signal)).toBe(false);
        const refused = [
          journal.append([record("a")]),
          journal.read(0, { records: 1, bytes: 1 }),
          journal.reader("one"),
          journal.advance("one", 0),
          journal.rewind("one", 0),
          journal.forget("one"),
          journal.trim(0),
          journal.stats(),
          journal.verify(),
        ];
        for (const one of await Promise.allSettled(refused)) {
          expect(one).toMatchObject({ status: "rejected", reason: { code: "journal_closed" } });
        }
      }),
    );
  });
}
