import { describe, expect, test } from "vitest";
import { inScene, readAll, readIds, record, records, type StartBench } from "./bench.js";

/** Promises about `append`. */
export function appending(start: StartBench): void {
  describe("append", () => {
    test(
      "keeps ids, bytes and order",
      inScene(start, async ({ open }) => {
        const journal = await open();
        const binary = { id: "binary", data: Uint8Array.from({ length: 256 }, (_, byte) => byte) };
        const empty = { id: "empty", data: new Uint8Array(0) };
        const unicode = record("ключ-鍵-🔑", "текст");
        expect(await journal.append([binary, empty])).toEqual({ stored: 2, duplicates: [] });
        expect(await journal.append([unicode])).toEqual({ stored: 1, duplicates: [] });
        expect((await readAll(journal)).map(({ id, data }) => ({ id, data }))).toEqual([binary, empty, unicode]);
      }),
    );

    test(
      "keeps what it was given, whatever the caller does with the bytes afterwards",
      inScene(start, async ({ open }) => {
        const journal = await open();
        const data = Uint8Array.of(1, 2, 3);
        await journal.append([{ id: "a", data }]);
        data.fill(9);
        const [first] = await readAll(journal);
        expect(first?.data).toEqual(Uint8Array.of(1, 2, 3));
        first?.data.fill(7);
        expect((await readAll(journal))[0]?.data).toEqual(Uint8Array.of(1, 2, 3));
      }),
    );

    test(
      "still has everything when it is opened again",
      inScene(start, async ({ open, reopen, persists }) => {
        const journal = await open();
        await journal.append(records("a", 20), () => ({ received: 20 }));
        const before = await readAll(journal);
        const again = await reopen();
        expect(await readAll(again)).toEqual(persists ? before : []);
        expect((await again.stats()).tally).toEqual(persists ? { received: 20 } : {});
      }),
    );

    test(
      "skips and reports an id that stands twice in one call",
      inScene(start, async ({ open }) => {
        const journal = await open();
        expect(await journal.append([record("a", "first"), record("b"), record("a", "second")])).toEqual({
          stored: 2,
          duplicates: ["a"],
        });
        expect((await readAll(journal)).map(({ id, data }) => [id, new TextDecoder().decode(data)])).toEqual([
          ["a", "first"],
          ["b", "data of b"],
        ]);
      }),
    );

    test(
      "skips and reports an id of an earlier call, also after it was opened again",
      inScene(start, async ({ open, reopen, persists }) => {
        const journal = await open();
        await journal.append([record("a")]);
        expect(await journal.append([record("a"), record("b")])).toEqual({ stored: 1, duplicates: ["a"] });
        const again = await reopen();
        const result = await again.append([record("a"), record("c")]);
        expect(result.duplicates).toEqual(persists ? ["a"] : []);
        expect(await readIds(again)).toEqual(persists ? ["a", "b", "c"] : ["a", "c"]);
      }),
    );

    test(
      "stores an id once when many send it at once",
      inScene(start, async ({ open }) => {
        const journal = await open();
        const results = await Promise.all(Array.from({ length: 40 }, () => journal.append([record("same")])));
        expect(results.map(({ stored }) => stored).sort()).toEqual([...Array(39).fill(0), 1]);
        expect(await readIds(journal)).toEqual(["same"]);
      }),
    );

    test(
      "keeps every record of many appends at once, each append's in one piece",
      inScene(start, async ({ open, reopen, persists }) => {
        const journal = await open();
        const sent = Array.from({ length: 200 }, (_, index) => records(`w${index}-`, 1 + (index % 4)));
        await Promise.all(sent.map((batch) => journal.append(batch, ({ stored }) => ({ journaled: stored }))));
        const ids = await readIds(journal);
        expect(new Set(ids).size).toBe(500);
        for (const batch of sent) {
          const at = ids.indexOf(batch[0]?.id ?? "");
          expect(ids.slice(at, at + batch.length)).toEqual(batch.map(({ id }) => id));
        }
        const again = persists ? await reopen() : journal;
        expect(await readIds(again)).toEqual(ids);
        expect((await again.stats()).tally).toEqual({ journaled: 500 });
      }),
    );

    test(
      "adds up counters with the result they describe, with and without records",
      inScene(start, async ({ open, reopen, persists }) => {
        const journal = await open();
        await journal.append([record("a")], ({ stored, duplicates }) => ({ stored, duplicate: duplicates.length }));
        await journal.append([record("a"), record("b")], ({ stored, duplicates }) => ({
          stored,
          duplicate: duplicates.length,
        }));
        await journal.append([], () => ({ "refused.origin": 3, __proto__x: 1 }));
        const tally = { stored: 2, duplicate: 1, "refused.origin": 3, __proto__x: 1 };
        expect((await journal.stats()).tally).toEqual(tally);
        if (persists) expect((await (await reopen()).stats()).tally).toEqual(tally);
      }),
    );

    test(
      "stores nothing when the counters are wrong or cannot be made",
      inScene(start, async ({ open }) => {
        const journal = await open();
        await expect(journal.append([record("a")], () => ({ half: 0.5 }))).rejects.toMatchObject({
          code: "tally_invalid",
        });
        const broken = journal.append([record("a")], () => {
          throw new Error("broken");
        });
        await expect(broken).rejects.toThrow("broken");
        expect(await journal.append([record("a")])).toEqual({ stored: 1, duplicates: [] });
        expect((await journal.stats()).tally).toEqual({});
      }),
    );

    test.each([[""], ["x".repeat(129)], ["broken \ud800"]])("refuses the id %j", async (id) => {
      await inScene(start, async ({ open }) => {
        const journal = await open();
        await expect(journal.append([record("a"), { id, data: new Uint8Array(1) }])).rejects.toMatchObject({
          code: "record_invalid",
        });
        expect(await readIds(journal)).toEqual([]);
      })();
    });

    test(
      "resolves without anything to do",
      inScene(start, async ({ open }) => {
        const journal = await open();
        expect(await journal.append([])).toEqual({ stored: 0, duplicates: [] });
        expect(await readIds(journal)).toEqual([]);
      }),
    );
  });
}
