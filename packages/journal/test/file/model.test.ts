import { cp } from "node:fs/promises";
import type { BatchJournal, JournalStats, ReaderState, Tally } from "@isotherm/journal";
import { fileJournal } from "@isotherm/journal/file";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAll, readIds, temporaryFolder } from "./scene.js";

type Step =
  | { readonly do: "append"; readonly ids: readonly number[]; readonly bytes: number }
  | { readonly do: "count" }
  | { readonly do: "advance" | "rewind"; readonly reader: string; readonly share: number }
  | { readonly do: "forget"; readonly reader: string }
  | { readonly do: "trim"; readonly share: number }
  | { readonly do: "reopen" | "crash" };

const reader = fc.constantFrom("one", "two");
const share = fc.double({ min: 0, max: 1, noNaN: true });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("append" as const),
      ids: fc.array(fc.nat(60), { maxLength: 5 }),
      bytes: fc.nat(1500),
    }),
  },
  fc.record({ do: fc.constant("count" as const) }),
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("advance" as const, "rewind" as const), reader, share }) },
  fc.record({ do: fc.constant("forget" as const), reader }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant("trim" as const), share }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("reopen" as const, "crash" as const) }) },
);

/** What a journal must be, said as simply as can be. */
interface Model {
  readonly all: string[];
  /** Ids that must be recognised: what was trimmed is, until the journal is opened again. */
  known: Set<string>;
  readonly readers: Map<string, ReaderState>;
  tally: Tally;
  /** Nothing after this has been given up to trim. */
  trimmed: number;
}

function expectedAppend(model: Model, ids: readonly string[]): { stored: number; duplicates: string[] } {
  const duplicates: string[] = [];
  for (const id of ids) {
    if (model.known.has(id)) duplicates.push(id);
    else model.all.push(id);
    model.known.add(id);
  }
  return { stored: ids.length - duplicates.length, duplicates };
}

function add(tally: Tally, name: string, count: number): Tally {
  return { ...tally, [name]: (tally[name] ?? 0) + count };
}

async function compare(journal: BatchJournal, model: Model): Promise<JournalStats> {
  const stats = await journal.stats();
  const kept = await readAll(journal);
  const all = model.all.map((id, index) => ({ id, position: index + 1 }));
  expect(kept.map(({ id, position }) => ({ id, position }))).toEqual(all.slice(all.length - kept.length));
  expect(stats.records).toBe(kept.length);
  expect(kept.length).toBeGreaterThanOrEqual(all.length - model.trimmed);
  expect(stats.tally).toEqual(model.tally);
  expect(stats.readers).toEqual(Object.fromEntries(model.readers));
  expect(stats).toMatchObject({ damage: [], failing: null, dropped: 0, last: all.length });
  return stats;
}

async function play(steps: readonly Step[]): Promise<void> {
  const options = { maxBytes: 4_000_000, segmentBytes: 4096, sync: false };
  let folder = await temporaryFolder();
  let journal = await fileJournal({ ...options, folder });
  const model: Model = { all: [], known: new Set(), readers: new Map(), tally: {}, trimmed: 0 };
  try {
    for (const one of steps) {
      const last = model.all.length;
      if (one.do === "append") {
        const ids = one.ids.map((id) => `id${id}`);
        const expected = expectedAppend(model, ids);
        const append = journal.append(
          ids.map((id) => ({ id, data: new Uint8Array(one.bytes) })),
          ({ stored, duplicates }) => ({ stored, duplicate: duplicates.length }),
        );
        expect(await append).toEqual(expected);
        model.tally = add(add(model.tally, "stored", expected.stored), "duplicate", expected.duplicates.length);
      } else if (one.do === "count") {
        await journal.append([], () => ({ counted: 3 }));
        model.tally = add(model.tally, "counted", 3);
      } else if (one.do === "advance") {
        const to = Math.round(one.share * last);
        const known = model.readers.get(one.reader);
        const from = known?.position ?? (await journal.stats()).first - 1;
        const move = journal.advance(one.reader, to, { moved: 1 });
        if (to < from) await expect(move).rejects.toMatchObject({ code: "cursor_behind" });
        else {
          await move;
          model.readers.set(one.reader, { position: to, tally: add(known?.tally ?? {}, "moved", 1) });
        }
      } else if (one.do === "rewind") {
        const to = Math.round(one.share * last);
        await journal.rewind(one.reader, to);
        model.readers.set(one.reader, { position: to, tally: model.readers.get(one.reader)?.tally ?? {} });
      } else if (one.do === "forget") {
        await journal.forget(one.reader);
        model.readers.delete(one.reader);
      } else if (one.do === "trim") {
        const before = Math.round(one.share * last);
        const lowest = Math.min(...[...model.readers.values()].map(({ position }) => position));
        const count = (await journal.stats()).records;
        const freed = await journal.trim(before);
        model.trimmed = Math.max(model.trimmed, Math.min(before, lowest));
        expect((await journal.stats()).records).toBe(count - freed);
      } else if (one.do === "reopen") {
        await journal.close();
        journal = await fileJournal({ ...options, folder });
      } else {
        // What a kill at this instant would leave on disk; its mark may or may not have been written yet.
        const copy = await temporaryFolder();
        await cp(folder, copy, { recursive: true, filter: (path) => !path.includes("/writer-") });
        await journal.close();
        folder = copy;
        journal = await fileJournal({ ...options, folder });
      }
      await compare(journal, model);
      if (one.do === "reopen" || one.do === "crash") model.known = new Set(await readIds(journal));
    }
  } finally {
    await journal.close();
  }
}

describe("a file journal", () => {
  test("is at every step what a simple model says, whatever is asked of it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => play(steps)),
      { numRuns: 100 },
    );
  }, 60_000);
});
