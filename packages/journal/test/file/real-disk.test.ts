import { execFile } from "node:child_process";
import { readdir, stat, truncate, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { fileJournal } from "@isotherm/journal/file";
import { describe, expect, test, vi } from "vitest";
import { afterwards, opened, readIds, record, temporaryFolder } from "./scene.js";

const run = promisify(execFile);

/** Mounts a real file system of 1 MiB on a new folder, or says why it cannot. */
async function smallDisk(): Promise<{ folder: string; reason?: undefined } | { reason: string }> {
  const folder = await temporaryFolder();
  try {
    await run("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
  } catch (error) {
    return { reason: `needs a file system of its own; run as root where mount is allowed (${String(error)})` };
  }
  afterwards(() => run("umount", ["-l", folder]));
  return { folder };
}

describe("a real disk", () => {
  test("that is full refuses appends, still lets readers move on, and takes appends again once trimmed", async ({
    skip,
  }) => {
    const disk = await smallDisk();
    if (disk.reason !== undefined) return skip(disk.reason);
    const journal = await opened(fileJournal({ folder: disk.folder, maxBytes: 8_000_000, segmentBytes: 65_536 }));
    const ids: string[] = [];
    for (;;) {
      const one = record(`a${ids.length}`, 3000);
      const failure = await journal.append([one]).then(
        () => undefined,
        (error) => error,
      );
      if (failure !== undefined) {
        expect(failure).toMatchObject({ code: "journal_unwritable", cause: { code: "ENOSPC" } });
        break;
      }
      ids.push(one.id);
      expect(ids.length).toBeLessThan(400);
    }
    expect(ids.length).toBeGreaterThan(150);
    expect((await journal.stats()).failing).toContain("ENOSPC");
    expect(await readIds(journal)).toEqual(ids);

    await journal.advance("one", ids.length, { forwarded: ids.length });
    expect(await journal.trim(ids.length)).toBeGreaterThan(100);
    await journal.append([record("after", 3000)]);
    expect((await journal.stats()).failing).toBeNull();
    await journal.close();

    const again = await opened(fileJournal({ folder: disk.folder, maxBytes: 8_000_000, segmentBytes: 65_536 }));
    expect((await readIds(again)).at(-1)).toBe("after");
    expect((await again.stats()).readers).toEqual({ one: { position: ids.length, tally: { forwarded: ids.length } } });
    expect((await again.stats()).damage).toEqual([]);
  });

  test("that others have filled is written again as soon as they have made room", async ({ skip }) => {
    const disk = await smallDisk();
    if (disk.reason !== undefined) return skip(disk.reason);
    const journal = await opened(fileJournal({ folder: disk.folder, maxBytes: 400_000 }));
    await journal.append([record("a", 1000)]);
    const ballast = join(disk.folder, "ballast");
    await writeFile(ballast, Buffer.alloc(2_000_000, 1)).catch(() => undefined);
    await expect(journal.append([record("b", 9000)])).rejects.toMatchObject({ code: "journal_unwritable" });
    await writeFile(ballast, "");
    expect(await journal.append([record("b", 9000)])).toEqual({ stored: 1, duplicates: [] });
    expect(await readIds(journal)).toEqual(["a", "b"]);
  });

  test("that the journal has filled by itself is taken up again once readers have passed it all, however large segments are", async ({
    skip,
  }) => {
    const disk = await smallDisk();
    if (disk.reason !== undefined) return skip(disk.reason);
    const journal = await opened(fileJournal({ folder: disk.folder }));
    let count = 0;
    const append = () => journal.append([record(`a${count}`, 9000)]);
    while (await append().then(Boolean, () => false)) count += 1;
    expect(count).toBeGreaterThan(50);
    await journal.advance("one", count);
    expect((await journal.stats()).failing, "a cursor found room, a record did not").toContain("ENOSPC");
    expect(await journal.trim(count)).toBe(count);
    expect(await append()).toEqual({ stored: 1, duplicates: [] });
  });

  test("is known to be well again although nobody appends, and not before it is", async ({ skip }) => {
    const disk = await smallDisk();
    if (disk.reason !== undefined) return skip(disk.reason);
    const journal = await opened(fileJournal({ folder: disk.folder, maxBytes: 400_000 }));
    await journal.append([record("a", 1000)]);
    const ballast = join(disk.folder, "ballast");
    await writeFile(ballast, Buffer.alloc(2_000_000, 1)).catch(() => undefined);
    await expect(journal.append([record("b", 40_000)])).rejects.toMatchObject({ code: "journal_unwritable" });
    const failing = async (): Promise<string | null> => (await journal.stats()).failing;
    // Room for a small file is no room for what was refused.
    await truncate(ballast, (await stat(ballast)).size - 20_000);
    await expect(vi.waitUntil(async () => (await failing()) === null, { timeout: 2_500 })).rejects.toThrow();
    await unlink(ballast);
    await vi.waitUntil(async () => (await failing()) === null, { timeout: 10_000 });
    expect(await readdir(disk.folder)).not.toContain("probe");
  });

  test("that is read-only is read at start, and written once it can be, with what others wrote meanwhile", async ({
    skip,
  }) => {
    const disk = await smallDisk();
    if (disk.reason !== undefined) return skip(disk.reason);
    const { folder } = disk;
    const options = { folder, maxBytes: 400_000 };
    const before = await fileJournal(options);
    await before.append([record("a")]);
    await before.close();

    await run("mount", ["-o", "remount,ro", folder]);
    const journal = await opened(fileJournal(options));
    expect(await readIds(journal)).toEqual(["a"]);
    expect((await journal.stats()).failing).toContain("EROFS");
    await expect(journal.append([record("b")])).rejects.toMatchObject({ code: "journal_unwritable" });

    await run("mount", ["-o", "remount,rw", folder]);
    const other = await fileJournal(options);
    await other.append([record("c")]);
    await expect(journal.append([record("b")])).rejects.toMatchObject({ code: "journal_locked" });
    await other.close();
    expect(await journal.append([record("b")])).toEqual({ stored: 1, duplicates: [] });
    expect(await readIds(journal)).toEqual(["a", "c", "b"]);
    expect((await journal.stats()).failing).toBeNull();
  });
});
