import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileJournal } from "@isotherm/journal/file";
import { describe, expect, test } from "vitest";
import { faultyFiles } from "./faulty-files.js";
import { opened, readAll, readIds, record, records, segmentNames, temporaryFolder } from "./scene.js";

const HOUR = 60 * 60 * 1000;

async function segmentBytes(folder: string): Promise<number> {
  let sum = 0;
  for (const name of await segmentNames(folder)) sum += (await stat(join(folder, name))).size;
  return sum;
}

describe("drop-oldest", () => {
  test("keeps the bound and the newest, and counts what nobody had read", async () => {
    const folder = await temporaryFolder();
    const options = { folder, maxBytes: 65_536, segmentBytes: 8192, full: "drop-oldest" } as const;
    const journal = await opened(fileJournal(options));
    await journal.append(records("a", 3, 1000), () => ({ journaled: 3 }));
    await journal.advance("one", 3);
    for (const one of records("b", 200, 1000)) {
      await journal.append([one], () => ({ journaled: 1 }));
      expect(await segmentBytes(folder)).toBeLessThanOrEqual(65_536);
    }
    const stats = await journal.stats();
    expect(stats.tally).toEqual({ journaled: 203 });
    expect(stats.records + stats.dropped).toBe(200);
    expect(stats.dropped).toBeGreaterThan(100);
    expect(stats.last).toBe(203);
    expect((await readIds(journal)).at(-1)).toBe("b200");
    expect((await readAll(journal))[0]?.position).toBe(stats.first);
    await journal.close();
    expect(await (await opened(fileJournal(options))).stats()).toEqual(stats);
  });

  test("counts nothing twice when a dropped segment could not be removed", async () => {
    const folder = await temporaryFolder();
    const files = faultyFiles();
    const options = { folder, files, maxBytes: 65_536, segmentBytes: 8192, full: "drop-oldest" } as const;
    const journal = await opened(fileJournal(options));
    for (const one of records("a", 50, 1000)) await journal.append([one]);
    const names = await segmentNames(folder);
    files.faultOf = ({ kind }) => (kind === "unlink" ? { code: "EIO" } : undefined);
    for (const one of records("b", 15, 1000)) await journal.append([one]);
    const { dropped } = await journal.stats();
    expect(dropped).toBeGreaterThan(0);
    expect(await segmentNames(folder)).toEqual(expect.arrayContaining(names));
    await journal.close();
    files.faultOf = () => undefined;
    const again = await opened(fileJournal(options));
    const stats = await again.stats();
    expect(stats.dropped).toBe(dropped);
    expect(stats.records + stats.dropped).toBe(65);
    expect(await readIds(again)).toHaveLength(stats.records);
  });

  test("refuses what is larger than it could ever make room for", async () => {
    const folder = await temporaryFolder();
    const journal = await opened(fileJournal({ folder, maxBytes: 65_536, full: "drop-oldest" }));
    await journal.append([record("a")]);
    await expect(journal.append([record("b", 65_000)])).rejects.toMatchObject({ code: "record_too_large" });
    expect(await readIds(journal)).toEqual(["a"]);
  });
});

describe("maxAge", () => {
  test("drops what has become too old, and counts it unless it was read", async () => {
    const folder = await temporaryFolder();
    let time = 1_700_000_000_000;
    const journal = await opened(
      fileJournal({ folder, maxBytes: 1_000_000, segmentBytes: 4096, maxAge: HOUR, now: () => time }),
    );
    for (const one of records("a", 20, 1000)) await journal.append([one]);
    await journal.advance("one", 8);
    time += 2 * HOUR;
    await journal.append([record("new")]);
    expect(await readIds(journal)).toEqual(["new"]);
    expect(await journal.stats()).toMatchObject({ records: 1, dropped: 12, oldestAt: time });
  });
});

describe("trim", () => {
  test("frees the newest segment too once it is old or large enough", async () => {
    const folder = await temporaryFolder();
    let time = 1_700_000_000_000;
    const journal = await opened(fileJournal({ folder, now: () => time }));
    await journal.append(records("a", 10));
    await journal.advance("one", 10);
    expect(await journal.trim(10)).toBe(0);
    time += 2 * HOUR;
    expect(await journal.trim(10)).toBe(10);
    expect(await readIds(journal)).toEqual([]);
    expect(await segmentNames(folder)).toHaveLength(1);
    expect(await journal.waitFor(0, AbortSignal.abort())).toBe(false);
  });
});

describe("counters and cursors alone", () => {
  test("never make the journal grow without bound", async () => {
    const folder = await temporaryFolder();
    const journal = await opened(fileJournal({ folder, maxBytes: 65_536, segmentBytes: 8192, sync: false }));
    await journal.append(records("a", 3));
    for (let round = 0; round < 1500; round += 1) {
      await journal.append([], () => ({ refused: 1 }));
      await journal.advance("one", 1, { retried: 1 });
    }
    expect(await segmentBytes(folder)).toBeLessThan(65_536);
    await journal.close();
    const stats = await (await opened(fileJournal({ folder, maxBytes: 65_536 }))).stats();
    expect(stats).toMatchObject({
      records: 3,
      tally: { refused: 1500 },
      readers: { one: { position: 1, tally: { retried: 1500 } } },
    });
  });
});
