import { appendFile, mkdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileJournal, inspectJournal } from "@isotherm/journal/file";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { frameEnds, frameStarts } from "./frame-offsets.js";
import { opened, readAll, readIds, record, records, segmentNames, temporaryFolder } from "./scene.js";

/** A closed journal with single appends, one of several records, counters and a cursor; answers its one segment. */
async function smallJournal(folder: string): Promise<string> {
  const journal = await fileJournal({ folder });
  await journal.append([record("a1")], () => ({ journaled: 1 }));
  await journal.append(records("b", 3), () => ({ journaled: 3 }));
  await journal.advance("one", 2, { forwarded: 2 });
  await journal.append([record("c1", 0), record("c2", 120)]);
  await journal.close();
  const [name] = await segmentNames(folder);
  return join(folder, name ?? "");
}

const ALL = ["a1", "b1", "b2", "b3", "c1", "c2"];

describe("start on a damaged disk", () => {
  test("keeps every whole record when the file is cut at any byte, and goes on behind it", async () => {
    const folder = await temporaryFolder();
    const path = await smallJournal(folder);
    const whole = await readFile(path);
    const mark = await readFile(join(folder, "mark"));
    const ends = frameEnds(whole);
    for (let size = 0; size <= whole.length; size += 1) {
      await rm(folder, { recursive: true });
      await mkdir(folder);
      await writeFile(path, whole.subarray(0, size));
      await writeFile(join(folder, "mark"), mark);
      const journal = await opened(fileJournal({ folder, sync: false }));
      const kept = ALL.filter((_, index) => (ends[index] ?? 0) <= size);
      expect(await readIds(journal), `cut at ${size}`).toEqual(kept);
      const { damage, records: count } = await journal.stats();
      expect(count, `cut at ${size}`).toBe(kept.length);
      if (size < whole.length) expect(damage.length, `cut at ${size}`).toBeGreaterThan(0);
      else expect(damage).toEqual([]);
      await journal.append([record("new")]);
      expect((await readAll(journal)).map(({ id, position }) => [id, position]).at(-1)).toEqual(["new", 7]);
      await journal.close();
      const again = await opened(fileJournal({ folder, sync: false }));
      expect(await readIds(again), `cut at ${size}, opened again`).toEqual([...kept, "new"]);
      await again.close();
    }
  }, 240_000);

  test("keeps every record that no flipped bit touches, and reports the one that it touches", async () => {
    const folder = await temporaryFolder();
    const path = await smallJournal(folder);
    const whole = await readFile(path);
    const ends = frameEnds(whole);
    for (let bit = 0; bit < whole.length * 8; bit += 7) {
      const flipped = Buffer.from(whole);
      const byte = bit >> 3;
      flipped[byte] = (flipped[byte] ?? 0) ^ (1 << (bit & 7));
      await writeFile(path, flipped);
      const journal = await inspectJournal(folder);
      const starts = frameStarts(whole);
      const kept = ALL.filter((_, index) => byte < (starts[index] ?? 0) || byte >= (ends[index] ?? 0));
      expect(await readIds(journal), `bit ${bit}`).toEqual(kept);
      const { damage, readers, records: count } = await journal.stats();
      expect(count, `bit ${bit}`).toBe(kept.length);
      expect(
        damage.some(({ from, to }) => from <= byte && byte < to),
        `bit ${bit}`,
      ).toBe(true);
      expect((await journal.verify()).damage.some(({ from, to }) => from <= byte && byte < to)).toBe(true);
      expect(readers.one?.position ?? 2).toBe(2);
    }
  }, 60_000);

  test("finds what lies behind any damaged range, inserted bytes and removed bytes", async () => {
    const folder = await temporaryFolder();
    const path = await smallJournal(folder);
    const whole = await readFile(path);
    const starts = frameStarts(whole);
    const ends = frameEnds(whole);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length),
        fc.nat(150),
        fc.uint8Array({ maxLength: 400 }),
        async (from, removed, inserted) => {
          const to = Math.min(whole.length, from + removed);
          await writeFile(path, Buffer.concat([whole.subarray(0, from), inserted, whole.subarray(to)]));
          const ids = await readIds(await inspectJournal(folder));
          const untouched = ALL.filter((_, index) => (ends[index] ?? 0) <= from || (starts[index] ?? 0) >= to);
          expect(ids).toEqual(expect.arrayContaining(untouched));
          expect(ALL).toEqual(expect.arrayContaining(ids));
        },
      ),
      // Here what looks like one frame holds the next one and ends where the one after that begins.
      { numRuns: 300, examples: [[520, 144, new Uint8Array(4)]] },
    );
  }, 60_000);

  test("finds what lies behind more garbage than is read at once, wherever the pieces meet", async () => {
    const folder = await temporaryFolder();
    const path = await smallJournal(folder);
    const whole = await readFile(path);
    for (let garbage = 256 * 1024 - 50; garbage <= 256 * 1024 + 10; garbage += 1) {
      await writeFile(path, Buffer.concat([Buffer.alloc(garbage, 0xf5), whole]));
      const journal = await inspectJournal(folder);
      expect(await readIds(journal), `${garbage} bytes`).toEqual(ALL);
      expect((await journal.stats()).damage).toEqual([expect.objectContaining({ from: 0, to: garbage })]);
    }
  });

  test("cuts off garbage behind the last record and says so once", async () => {
    const folder = await temporaryFolder();
    const path = await smallJournal(folder);
    const { length } = await readFile(path);
    await appendFile(path, Buffer.alloc(5000, 0xf5));
    const journal = await opened(fileJournal({ folder }));
    expect(await readIds(journal)).toEqual(ALL);
    expect((await journal.stats()).damage).toEqual([
      expect.objectContaining({ from: length, to: length + 5000, reason: "torn" }),
    ]);
    await journal.append([record("new")]);
    await journal.close();
    const again = await opened(fileJournal({ folder }));
    expect((await again.stats()).damage).toEqual([]);
    expect(await readIds(again)).toEqual([...ALL, "new"]);
  });

  test("forgets an append that a crash cut off, so that its sender can send it again", async () => {
    const folder = await temporaryFolder();
    const first = await fileJournal({ folder });
    await first.append([record("a")], () => ({ journaled: 1 }));
    await first.close();
    const journal = await fileJournal({ folder });
    const acknowledged = await readFile(join(folder, "mark"));
    await journal.append(records("b", 3), () => ({ journaled: 3 }));
    await journal.close();
    const [name] = await segmentNames(folder);
    const path = join(folder, name ?? "");
    await truncate(path, (await readFile(path)).length - 10);
    await writeFile(join(folder, "mark"), acknowledged);
    const again = await opened(fileJournal({ folder }));
    expect(await readIds(again)).toEqual(["a"]);
    expect((await again.stats()).tally).toEqual({ journaled: 1 });
    expect(await again.append(records("b", 3), () => ({ journaled: 3 }))).toEqual({ stored: 3, duplicates: [] });
    expect((await again.stats()).tally).toEqual({ journaled: 4 });
    expect((await readAll(again)).map(({ position }) => position)).toEqual([1, 2, 3, 4]);
  });

  test("takes no frame inside a record for a frame of its own", async () => {
    const folder = await temporaryFolder();
    const path = await smallJournal(folder);
    const forged = await readFile(path);
    const other = await temporaryFolder();
    const journal = await fileJournal({ folder: other });
    await journal.append([{ id: "carrier", data: forged }]);
    await journal.append([record("last")]);
    await journal.close();
    const [name] = await segmentNames(other);
    const bytes = await readFile(join(other, name ?? ""));
    const at = bytes.lastIndexOf(Buffer.from("carrier"));
    bytes[at + 20] = (bytes[at + 20] ?? 0) ^ 1;
    await writeFile(join(other, name ?? ""), bytes);
    expect(await readIds(await opened(fileJournal({ folder: other })))).toEqual(["last"]);
  });
});
