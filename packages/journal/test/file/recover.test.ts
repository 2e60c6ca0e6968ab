import { appendFile, copyFile, mkdir, readFile, rm, truncate, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileJournal, inspectJournal } from "@isotherm/journal/file";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { faultyFiles } from "./faulty-files.js";
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
      const { damage } = await journal.stats();
      if (size < whole.length) expect(damage.length, `cut at ${size}`).toBeGreaterThan(0);
      else expect(damage).toEqual([]);
      await journal.append([record("new")]);
      expect((await readAll(journal)).map(({ id, position }) => [id, position]).at(-1)).toEqual(["new", 7]);
      await journal.close();
      const again = await opened(fileJournal({ folder, sync: false }));
      expect(await readIds(again), `cut at ${size}, opened again`).toEqual([...kept, "new"]);
      await again.close();
    }
  }, 60_000);

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
      const { damage, readers } = await journal.stats();
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
      { numRuns: 300 },
    );
  }, 60_000);

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

describe("start with files that are not as they were left", () => {
  async function manySegments(folder: string): Promise<string[]> {
    const journal = await fileJournal({ folder, maxBytes: 1_000_000, segmentBytes: 4096 });
    for (const one of records("a", 20, 1500)) await journal.append([one], () => ({ journaled: 1 }));
    await journal.advance("one", 5, { forwarded: 5 });
    await journal.close();
    return segmentNames(folder);
  }

  test("never gives a place out again when every segment was deleted", async () => {
    const folder = await temporaryFolder();
    for (const name of await manySegments(folder)) await unlink(join(folder, name));
    const journal = await opened(fileJournal({ folder }));
    const stats = await journal.stats();
    expect(stats).toMatchObject({ records: 0, first: 21, last: 20 });
    expect(stats.damage).toEqual([expect.objectContaining({ reason: "records 1 to 20 are missing" })]);
    await journal.append([record("new")]);
    expect((await journal.stats()).last).toBe(21);
  });

  test("keeps counters and cursors when the newest segment was deleted, and never gives its places out again", async () => {
    const folder = await temporaryFolder();
    const names = await manySegments(folder);
    await unlink(join(folder, names.at(-1) ?? ""));
    await unlink(join(folder, "mark"));
    const journal = await opened(fileJournal({ folder }));
    const kept = await readAll(journal);
    expect(kept.length).toBeGreaterThan(10);
    expect((await journal.stats()).tally).toEqual({ journaled: kept.length });
  });

  test("reports a segment that is missing in the middle", async () => {
    const folder = await temporaryFolder();
    const names = await manySegments(folder);
    await unlink(join(folder, names[3] ?? ""));
    const journal = await opened(fileJournal({ folder }));
    const { damage, tally, records: count } = await journal.stats();
    expect(count).toBeLessThan(20);
    expect(damage).toEqual([
      expect.objectContaining({ file: names[4], reason: expect.stringMatching(/^records .* are missing$/) }),
    ]);
    expect(tally).toEqual({ journaled: 20 });
  });

  test("reports an older segment that lost its end", async () => {
    const folder = await temporaryFolder();
    const names = await manySegments(folder);
    const path = join(folder, names[2] ?? "");
    const { length } = await readFile(path);
    await truncate(path, length - 1);
    const journal = await opened(fileJournal({ folder }));
    const { damage, records: count, tally } = await journal.stats();
    expect(count).toBe(19);
    expect(damage).toEqual([expect.objectContaining({ file: names[2], to: length, reason: "truncated" })]);
    expect(tally).toEqual({ journaled: 20 });
  });

  test("passes over files that are not its own, empty segments and copies of segments", async () => {
    const folder = await temporaryFolder();
    const names = await manySegments(folder);
    await writeFile(join(folder, "notes.txt"), "hello");
    await writeFile(join(folder, "segment"), "hello");
    await writeFile(join(folder, "00000099-0000000000000021.segment"), "");
    await copyFile(join(folder, names[1] ?? ""), join(folder, "00000098-0000000000000021.segment"));
    const journal = await opened(fileJournal({ folder }));
    expect(await readIds(journal)).toEqual(records("a", 20).map(({ id }) => id));
    await journal.append([record("new")]);
    expect((await journal.stats()).last).toBe(21);
    expect(await readIds(journal)).toHaveLength(21);
  });

  test("sets a segment that is no file aside", async () => {
    const folder = await temporaryFolder();
    const names = await manySegments(folder);
    await unlink(join(folder, names[2] ?? ""));
    await mkdir(join(folder, names[2] ?? ""));
    const journal = await opened(fileJournal({ folder }));
    expect((await journal.stats()).damage).toContainEqual(
      expect.objectContaining({ file: `${names[2]}.unreadable`, reason: "unreadable" }),
    );
    expect((await readIds(journal)).length).toBeGreaterThan(15);
  });

  test("keeps what stands around blocks that the disk cannot read", async () => {
    const folder = await temporaryFolder();
    const journal = await fileJournal({ folder });
    await journal.append(records("a", 40, 1000));
    await journal.close();
    const files = faultyFiles();
    const open = files.open;
    files.open = async (path, flags) => {
      const file = await open(path, flags);
      const read: typeof file.read = async (buffer, offset, length, position) => {
        const bad = position < 12_288 && position + length > 8192;
        if (path.endsWith(".segment") && bad) throw Object.assign(new Error("EIO"), { code: "EIO" });
        return file.read(buffer, offset, length, position);
      };
      return { ...file, read };
    };
    const again = await opened(fileJournal({ folder, files }));
    const ids = await readIds(again);
    expect(ids.length).toBeGreaterThan(33);
    expect(ids.length).toBeLessThan(38);
    expect((await again.stats()).damage).toHaveLength(1);
  });

  test("does not start, and sets nothing aside, when the process is short of files", async () => {
    const folder = await temporaryFolder();
    const names = await manySegments(folder);
    const files = faultyFiles();
    files.faultOf = ({ kind, path }) => (kind === "open" && path.endsWith(".segment") ? { code: "EMFILE" } : undefined);
    await expect(fileJournal({ folder, files })).rejects.toThrow("EMFILE");
    expect(await segmentNames(folder)).toEqual(names);
  });

  test("reports damage in bounded memory", async () => {
    const folder = await temporaryFolder();
    const journal = await fileJournal({ folder });
    await journal.append(records("a", 5000, 10));
    await journal.close();
    const [name] = await segmentNames(folder);
    const bytes = await readFile(join(folder, name ?? ""));
    const starts = frameStarts(bytes);
    for (let index = 0; index < starts.length; index += 2) bytes[(starts[index] ?? 0) + 42] = 0;
    await writeFile(join(folder, name ?? ""), bytes);
    const again = await opened(fileJournal({ folder }));
    const { damage } = await again.stats();
    expect(damage.length).toBeLessThanOrEqual(1001);
    expect(damage.at(-1)).toMatchObject({ reason: "several" });
    expect(await readIds(again)).toHaveLength(2500);
  });
});

const MAGIC = Buffer.from([0xf5, 0x49, 0x4a, 0x01]);

/** Where the frames of records begin, found by the format's own description. */
function frameStarts(bytes: Buffer): number[] {
  const starts: number[] = [];
  for (let at = bytes.indexOf(MAGIC); at >= 0; at = bytes.indexOf(MAGIC, at + 40 + bytes.readUInt32LE(at + 12))) {
    if (bytes.readUInt8(at + 32) === 2) starts.push(at);
  }
  return starts;
}

function frameEnds(bytes: Buffer): number[] {
  return frameStarts(bytes).map((at) => at + 40 + bytes.readUInt32LE(at + 12));
}
