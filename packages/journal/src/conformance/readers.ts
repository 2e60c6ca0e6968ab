import { describe, expect, test } from "vitest";
import { inScene, records, type StartBench } from "./bench.js";

/** Promises about cursors. */
export function readers(start: StartBench): void {
  describe("readers", () => {
    test(
      "stand before the oldest record at first",
      inScene(start, async ({ open }) => {
        const journal = await open();
        await journal.append(records("a", 3));
        const { position, tally } = await journal.reader("new");
        expect(tally).toEqual({});
        expect((await journal.read(position, { records: 1, bytes: 1 }))[0]?.id).toBe("a1");
        expect(position).toBe((await journal.stats()).first - 1);
      }),
    );

    test(
      "move on, count, and stand there when the journal is opened again",
      inScene(start, async ({ open, reopen, persists }) => {
        const journal = await open();
        await journal.append(records("a", 5));
        await journal.advance("one", 2, { forwarded: 2 });
        await journal.advance("one", 4, { forwarded: 1, dead: 1 });
        await journal.advance("two", 1);
        await journal.advance("two", 1, { retried: 7 });
        const states = {
          one: { position: 4, tally: { forwarded: 3, dead: 1 } },
          two: { position: 1, tally: { retried: 7 } },
        };
        expect(await journal.reader("one")).toEqual(states.one);
        expect((await journal.stats()).readers).toEqual(states);
        const again = await reopen();
        expect((await again.stats()).readers).toEqual(persists ? states : {});
      }),
    );

    test(
      "never go back by advancing, and keep their counters when that is tried",
      inScene(start, async ({ open }) => {
        const journal = await open();
        await journal.append(records("a", 5));
        await journal.advance("one", 3, { forwarded: 3 });
        await expect(journal.advance("one", 2, { forwarded: 1 })).rejects.toMatchObject({ code: "cursor_behind" });
        expect(await journal.reader("one")).toEqual({ position: 3, tally: { forwarded: 3 } });
      }),
    );

    test(
      "never go past what was appended",
      inScene(start, async ({ open }) => {
        const journal = await open();
        await journal.append(records("a", 5));
        await expect(journal.advance("one", 6)).rejects.toMatchObject({ code: "cursor_ahead" });
        await expect(journal.rewind("one", 6)).rejects.toMatchObject({ code: "cursor_ahead" });
        await expect(journal.advance("one", Number.NaN)).rejects.toMatchObject({ code: "cursor_ahead" });
      }),
    );

    test(
      "say what they have settled beyond their place, and say it anew with each move",
      inScene(start, async ({ open, reopen, persists }) => {
        const journal = await open();
        await journal.append(records("a", 9));
        await journal.advance("one", 1, { forwarded: 4 }, [
          [3, 4],
          [7, 7],
        ]);
        const state = {
          position: 1,
          tally: { forwarded: 4 },
          ahead: [
            [3, 4],
            [7, 7],
          ],
        };
        expect(await journal.reader("one")).toEqual(state);
        expect((await journal.stats()).readers.one).toEqual(state);
        const again = persists ? await reopen() : journal;
        expect(await again.reader("one")).toEqual(state);
        await again.advance("one", 4, { forwarded: 1 }, [[7, 9]]);
        expect(await again.reader("one")).toEqual({ position: 4, tally: { forwarded: 5 }, ahead: [[7, 9]] });
        await again.append(records("b", 1));
        expect((await again.stats()).last).toBe(10);
        await again.rewind("one", 4);
        expect(await again.reader("one")).toEqual({ position: 4, tally: { forwarded: 5 } });
      }),
    );

    test(
      "say nothing ahead that they have passed, that touches, falls, or was not given out",
      inScene(start, async ({ open }) => {
        const journal = await open();
        await journal.append(records("a", 9));
        const wrong: (readonly (readonly [number, number])[])[] = [
          [[3, 4]],
          [[5, 4]],
          [[5, 10]],
          [[5, Number.NaN]],
          [
            [5, 6],
            [7, 8],
          ],
          [
            [7, 8],
            [5, 5],
          ],
        ];
        for (const ahead of wrong) {
          const refused = { code: "ahead_invalid" };
          await expect(journal.advance("one", 3, { forwarded: 1 }, ahead)).rejects.toMatchObject(refused);
        }
        expect((await journal.reader("one")).tally).toEqual({});
      }),
    );

    test(
      "go back by a rewind, with their counters",
      inScene(start, async ({ open, reopen, persists }) => {
        const journal = await open();
        await journal.append(records("a", 5));
        await journal.advance("one", 5, { forwarded: 5 });
        await journal.rewind("one", 1);
        expect(await journal.reader("one")).toEqual({ position: 1, tally: { forwarded: 5 } });
        const wrong = { again: 0.5 };
        await expect(journal.rewind("one", 0, wrong)).rejects.toMatchObject({ code: "tally_invalid" });
        await journal.rewind("one", 1, { again: 4, forwarded: -1 });
        expect(await journal.reader("one")).toEqual({ position: 1, tally: { forwarded: 4, again: 4 } });
        await journal.advance("one", 2);
        if (persists) expect((await (await reopen()).reader("one")).position).toBe(2);
      }),
    );

    test(
      "are forgotten, and begin anew",
      inScene(start, async ({ open, reopen, persists }) => {
        const journal = await open();
        await journal.append(records("a", 5));
        await journal.advance("one", 5, { forwarded: 5 });
        await journal.forget("one");
        await journal.forget("nobody");
        expect(await journal.reader("one")).toEqual({ position: 0, tally: {} });
        const again = persists ? await reopen() : journal;
        expect((await again.stats()).readers).toEqual({});
      }),
    );

    test(
      "move in the order they were told to when told many times at once",
      inScene(start, async ({ open, reopen, persists }) => {
        const journal = await open();
        await journal.append(records("a", 300));
        const moves = Array.from({ length: 300 }, (_, index) => journal.advance("one", index + 1, { forwarded: 1 }));
        await Promise.all(moves);
        const state = { position: 300, tally: { forwarded: 300 } };
        expect(await journal.reader("one")).toEqual(state);
        if (persists) expect(await (await reopen()).reader("one")).toEqual(state);
      }),
    );

    test(
      "have a name",
      inScene(start, async ({ open }) => {
        const journal = await open();
        await expect(journal.advance("", 0)).rejects.toMatchObject({ code: "reader_invalid" });
        await expect(journal.advance("x".repeat(129), 0)).rejects.toMatchObject({ code: "reader_invalid" });
      }),
    );
  });
}
