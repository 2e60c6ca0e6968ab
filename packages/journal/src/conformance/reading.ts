import { describe, expect, test } from "vitest";
import type { BatchJournal } from "../journal.js";
import { inScene, readAll, readIds, record, records, type StartBench } from "./bench.js";

/** Promises about `read` and `waitFor`. */
export function reading(start: StartBench): void {
  describe("read", () => {
    test(
      "gives rising positions, and goes on after any of them",
      inScene(start, async ({ open }) => {
        const journal = await open();
        await journal.append(records("a", 30));
        const all = await readAll(journal);
        const positions = all.map(({ position }) => position);
        expect(positions[0]).toBeGreaterThan(0);
        expect(positions).toEqual([...new Set(positions)].sort((left, right) => left - right));
        for (const [index, { position }] of all.entries()) {
          expect(await readIds(journal, position)).toEqual(all.slice(index + 1).map(({ id }) => id));
        }
      }),
    );

    test(
      "finds the next record from any place among many",
      inScene(start, async ({ open, reopen, persists }) => {
        const journal = await open();
        await journal.append(records("a", 400, 1000));
        await journal.append(records("b", 100, 1000));
        const expectAll = async (opened: BatchJournal): Promise<void> => {
          for (let after = 0; after < 500; after += 1) {
            const [found] = await opened.read(after, { records: 1, bytes: 1 });
            expect(found?.position).toBe(after + 1);
          }
        };
        await expectAll(journal);
        if (persists) await expectAll(await reopen());
      }),
    );

    test(
      "tells when each record was appended",
      inScene(start, async ({ open, reopen, persists }) => {
        const journal = await open();
        const before = Date.now();
        await journal.append([record("a")]);
        const after = Date.now();
        const [found] = await readAll(persists ? await reopen() : journal);
        expect(found?.at).toBeGreaterThanOrEqual(before);
        expect(found?.at).toBeLessThanOrEqual(after);
        expect((await (persists ? await reopen() : journal).stats()).oldestAt).toBe(found?.at);
      }),
    );

    test(
      "keeps to the number of records",
      inScene(start, async ({ open }) => {
        const journal = await open();
        await journal.append(records("a", 10));
        const found = await journal.read(0, { records: 3, bytes: 1_000_000 });
        expect(found.map(({ id }) => id)).toEqual(["a1", "a2", "a3"]);
      }),
    );

    test(
      "keeps to the number of bytes, but gives at least one record",
      inScene(start, async ({ open }) => {
        const journal = await open();
        await journal.append(records("a", 10, 1000));
        expect(await journal.read(0, { records: 100, bytes: 3500 })).toHaveLength(3);
        expect(await journal.read(0, { records: 100, bytes: 1 })).toHaveLength(1);
      }),
    );

    test(
      "is empty at the end, and never gives what was not acknowledged",
      inScene(start, async ({ open }) => {
        const journal = await open();
        expect(await journal.read(0, { records: 10, bytes: 1000 })).toEqual([]);
        await journal.append([record("a")]);
        const [first] = await journal.read(0, { records: 10, bytes: 1000 });
        expect(await journal.read(first?.position ?? 0, { records: 10, bytes: 1000 })).toEqual([]);
        expect(await journal.read(Number.MAX_SAFE_INTEGER, { records: 10, bytes: 1000 })).toEqual([]);
      }),
    );

    test(
      "sees appends while they go on, in order and without a gap",
      inScene(start, async ({ open }) => {
        const journal = await open();
        const seen: string[] = [];
        const reader = (async () => {
          let after = 0;
          while (seen.length < 100) {
            if (!(await journal.waitFor(after, AbortSignal.timeout(10_000)))) return;
            for (const { id, position } of await journal.read(after, { records: 5, bytes: 10_000 })) {
              seen.push(id);
              after = position;
            }
          }
        })();
        for (const one of records("a", 100)) await journal.append([one]);
        await reader;
        expect(seen).toEqual(records("a", 100).map(({ id }) => id));
      }),
    );
  });

  describe("waitFor", () => {
    test(
      "resolves at once when there is something, and otherwise as soon as there is",
      inScene(start, async ({ open }) => {
        const journal = await open();
        await journal.append([record("a")]);
        const never = new AbortController().signal;
        expect(await journal.waitFor(0, never)).toBe(true);
        const { last } = await journal.stats();
        const waits = [journal.waitFor(last, never), journal.waitFor(last, never)];
        await journal.append([record("b")]);
        expect(await Promise.all(waits)).toEqual([true, true]);
      }),
    );

    test(
      "does not wake for counters and cursors alone",
      inScene(start, async ({ open }) => {
        const journal = await open();
        const abort = new AbortController();
        const wait = journal.waitFor(0, abort.signal);
        await journal.append([], () => ({ refused: 1 }));
        await journal.advance("reader", 0);
        abort.abort();
        expect(await wait).toBe(false);
      }),
    );

    test(
      "resolves false when it is given up, before or during the wait",
      inScene(start, async ({ open }) => {
        const journal = await open();
        expect(await journal.waitFor(0, AbortSignal.abort())).toBe(false);
        const abort = new AbortController();
        const wait = journal.waitFor(0, abort.signal);
        abort.abort();
        expect(await wait).toBe(false);
      }),
    );
  });
}
