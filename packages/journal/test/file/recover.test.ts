import { copyFile, mkdir, readFile, truncate, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileJournal, inspectJournal } from "@isotherm/journal/file";
import { describe, expect, test } from "vitest";
import { faultyFiles } from "./faulty-files.js";
import { frameStarts } from "./frame-offsets.js";
import { opened, readAll, readIds, record, records, segmentNames, temporaryFolder } from "./scene.js";

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

  test("never gives a place out again when every segment and the mark were emptied", async () => {
    const folder = await temporaryFolder();
    const names = await manySegments(folder);
    for (const name of [...names, "mark"]) await truncate(join(folder, name), 0);
    const journal = await opened(fileJournal({ folder }));
    const { last } = await journal.stats();
    expect(last).toBeGreaterThanOrEqual(Number(names.at(-1)?.slice(9, 25)) - 1);
    await journal.append([record("new")]);
    expect((await readAll(journal)).map(({ position }) => position)).toEqual([last + 1]);
    await journal.close();
    expect(await readIds(await opened(fileJournal({ folder })))).toEqual(["new"]);
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
    await writeFile(join(folder, "00000099-0000000000000021.2.segment"), "");
    await copyFile(join(folder, names[1] ?? ""), join(folder, "00000098-0000000000000021.2.segment"));
    const journal = await opened(fileJournal({ folder }));
    expect(await readIds(journal)).toEqual(records("a", 20).map(({ id }) => id));
    await journal.append([record("new")]);
    const stats = await journal.stats();
    expect(stats).toMatchObject({ records: 21, last: 21 });
    expect(stats.damage).toContainEqual(expect.objectContaining({ reason: "order" }));
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

  test("lets nobody wait in a circle for a record that was damaged after it was appended", async () => {
    const folder = await temporaryFolder();
    const journal = await opened(fileJournal({ folder }));
    await journal.append([record("a"), record("b")]);
    const [name] = await segmentNames(folder);
    const path = join(folder, name ?? "");
    const bytes = await readFile(path);
    const last = frameStarts(bytes).at(-1) ?? 0;
    bytes.fill(0, last + 40);
    await writeFile(path, bytes);
    expect(await readIds(journal)).toEqual(["a"]);
    expect(await journal.read(1, { records: 1, bytes: 1 })).toEqual([]);
    const abort = new AbortController();
    const wait = journal.waitFor(1, abort.signal);
    abort.abort();
    expect(await wait).toBe(false);
    expect((await journal.verify()).damage).toHaveLength(1);
    await journal.append([record("c")]);
    expect((await journal.read(1, { records: 9, bytes: 1000 })).map(({ id }) => id)).toEqual(["c"]);
  });

  test("does not start, and sets nothing aside, when the process is short of files", async () => {
    const folder = await temporaryFolder();
    const names = await manySegments(folder);
    const files = faultyFiles();
    files.faultOf = ({ kind, path }) => (kind === "open" && path.endsWith(".segment") ? { code: "EMFILE" } : undefined);
    await expect(fileJournal({ folder, files })).rejects.toThrow("EMFILE");
    expect(await segmentNames(folder)).toEqual(names);
  });

  test("never has its newest place below a reader's, also when the newest records were damaged", async () => {
    const folder = await temporaryFolder();
    const journal = await fileJournal({ folder });
    for (const one of records("a", 5)) await journal.append([one]);
    await journal.advance("one", 5);
    await journal.close();
    const path = join(folder, (await segmentNames(folder))[0] ?? "");
    const bytes = await readFile(path);
    for (const start of frameStarts(bytes).slice(3)) bytes[start + 42] = 0;
    await writeFile(path, bytes);
    const again = await opened(fileJournal({ folder }));
    expect(await again.stats()).toMatchObject({ records: 3, first: 1, last: 5, readers: { one: { position: 5 } } });
    expect((await (await inspectJournal(folder)).stats()).last).toBe(5);
    await again.rewind("one", 0);
    await again.append([record("b")]);
    expect((await again.stats()).last).toBe(6);
    expect((await readAll(again)).map(({ position }) => position)).toEqual([1, 2, 3, 6]);
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
