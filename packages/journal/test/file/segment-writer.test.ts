import { rm, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { fileJournal } from "@isotherm/journal/file";
import { describe, expect, test, vi } from "vitest";
import { type Fault, type FileCall, faultyFiles } from "./faulty-files.js";
import { opened, readIds, record, records, segmentNames, temporaryFolder } from "./scene.js";

const isSegment = ({ path }: FileCall): boolean => path.endsWith(".segment");

describe("a disk that fails", () => {
  test.each<[string, (call: FileCall) => Fault | undefined]>([
    ["is full before the first byte", (call) => (call.kind === "write" ? { code: "ENOSPC" } : undefined)],
    [
      "is full in the middle of a frame",
      (call) => (call.kind === "write" ? { code: "ENOSPC", partial: 30 } : undefined),
    ],
    ["is full after a whole frame", (call) => (call.kind === "write" ? { code: "ENOSPC", partial: 1e9 } : undefined)],
    ["breaks in mid-write", (call) => (call.kind === "write" ? { code: "EIO", partial: 70 } : undefined)],
    ["is read-only", ({ kind }) => (["write", "truncate"].includes(kind) ? { code: "EROFS" } : undefined)],
    ["cannot sync", (call) => (call.kind === "datasync" ? { code: "EIO" } : undefined)],
    ["can neither sync nor cut", ({ kind }) => (["datasync", "truncate"].includes(kind) ? { code: "EIO" } : undefined)],
    [
      "writes half, and cannot cut",
      ({ kind }) => (["write", "truncate"].includes(kind) ? { code: "EIO", partial: 300 } : undefined),
    ],
  ])("refuses while it %s, and loses and keeps nothing it should not", async (_, fault) => {
    const folder = await temporaryFolder();
    const files = faultyFiles();
    const journal = await opened(fileJournal({ folder, files }));
    await journal.append(records("before", 3), () => ({ journaled: 3 }));

    files.faultOf = (call) => (isSegment(call) ? fault(call) : undefined);
    const refused = [journal.append([record("lost1")], () => ({ journaled: 1 })), journal.append(records("lost", 5))];
    for (const one of await Promise.allSettled(refused)) {
      expect(one).toMatchObject({ status: "rejected", reason: { code: "journal_unwritable" } });
    }
    expect((await journal.stats()).failing).toContain("made up");
    expect(await readIds(journal)).toEqual(["before1", "before2", "before3"]);

    files.faultOf = () => undefined;
    expect(await journal.append([record("lost1"), record("after")])).toEqual({ stored: 2, duplicates: [] });
    expect((await journal.stats()).failing).toBeNull();
    const ids = ["before1", "before2", "before3", "lost1", "after"];
    expect(await readIds(journal)).toEqual(ids);

    await journal.close();
    const again = await opened(fileJournal({ folder }));
    expect(await readIds(again)).toEqual(ids);
    expect((await again.stats()).tally).toEqual({ journaled: 3 });
    expect((await again.stats()).damage).toEqual([]);
    expect((await again.verify()).damage).toEqual([]);
  });

  test("never writes to a file again whose sync has failed", async () => {
    const folder = await temporaryFolder();
    const files = faultyFiles();
    const journal = await opened(fileJournal({ folder, files }));
    await journal.append([record("before")]);
    const [first] = await segmentNames(folder);
    files.faultOf = ({ kind }) => (kind === "datasync" ? { code: "EIO" } : undefined);
    await expect(journal.append([record("lost")])).rejects.toMatchObject({ code: "journal_unwritable" });
    files.faultOf = () => undefined;
    files.calls.length = 0;
    await journal.append([record("after")]);
    const written = files.calls.filter((call) => call.kind === "write" && isSegment(call));
    expect(written.length).toBeGreaterThan(0);
    expect(written.filter(({ path }) => path.endsWith(first ?? "?"))).toEqual([]);
    expect(await segmentNames(folder)).toHaveLength(2);
  });

  test("acknowledges nothing in a file that somebody removed, says what is missing, and goes on in a new one", async () => {
    const folder = await temporaryFolder();
    const journal = await opened(fileJournal({ folder }));
    await journal.append(records("before", 3));
    const [first = ""] = await segmentNames(folder);
    await unlink(join(folder, first));
    await expect(journal.append([record("lost")])).rejects.toMatchObject({ code: "journal_unwritable" });
    expect((await journal.stats()).failing).toContain("was removed");
    expect(await journal.append([record("lost"), record("after")])).toEqual({ stored: 2, duplicates: [] });
    expect(await readIds(journal)).toEqual(["lost", "after"]);
    expect(await readIds(journal)).toEqual(["lost", "after"]);
    const { damage, failing } = await journal.stats();
    expect(damage).toEqual([{ file: first, from: 0, to: expect.any(Number), reason: "missing" }]);
    expect(failing).toBeNull();
  });

  test("refuses once its folder was removed", async () => {
    const folder = join(await temporaryFolder(), "journal");
    const journal = await opened(fileJournal({ folder }));
    await journal.append([record("before")]);
    // The mark is made soon after: a folder in which that happens while it is emptied is not removed.
    await vi.waitFor(() => stat(join(folder, "mark")));
    await rm(folder, { recursive: true });
    for (const id of ["one", "two"]) {
      await expect(journal.append([record(id)])).rejects.toMatchObject({ code: "journal_unwritable" });
    }
  });

  test("refuses while no new segment can be begun, and goes on after that", async () => {
    for (const kind of ["open", "write", "sync"] as const) {
      const folder = await temporaryFolder();
      const files = faultyFiles();
      const journal = await opened(fileJournal({ folder, files, maxBytes: 65_536, segmentBytes: 4096 }));
      await journal.append([record("a", 5000)]);
      const [first] = await segmentNames(folder);
      files.faultOf = (call) =>
        call.kind === "unlink" || (call.kind === kind && !call.path.endsWith(first ?? "?"))
          ? { code: "EIO" }
          : undefined;
      await expect(journal.append([record("b")])).rejects.toMatchObject({ code: "journal_unwritable" });
      files.faultOf = () => undefined;
      await journal.append([record("c")]);
      await journal.close();
      expect(await readIds(await opened(fileJournal({ folder })))).toEqual(["a", "c"]);
    }
  });

  test("adds nothing to a segment whose successor may have stayed half begun", async () => {
    const folder = await temporaryFolder();
    const files = faultyFiles();
    const journal = await opened(fileJournal({ folder, files, maxBytes: 65_536, segmentBytes: 8192 }));
    await journal.append([record("a", 5000)]);
    files.faultOf = ({ kind, path }) =>
      (kind === "sync" && path === folder) || kind === "unlink" ? { code: "EIO" } : undefined;
    await expect(journal.trim(1)).rejects.toMatchObject({ code: "journal_unwritable" });
    files.faultOf = () => undefined;
    await journal.append([record("b")]);
    await journal.close();
    expect(await readIds(await opened(fileJournal({ folder })))).toEqual(["a", "b"]);
  });

  test("frees what it can although no new segment can be begun", async () => {
    const folder = await temporaryFolder();
    const files = faultyFiles();
    const journal = await opened(fileJournal({ folder, files, maxBytes: 65_536, segmentBytes: 8192 }));
    for (const one of records("a", 10, 3000)) await journal.append([one]);
    files.faultOf = (call) => (call.kind === "write" && isSegment(call) ? { code: "ENOSPC" } : undefined);
    expect(await journal.trim(10)).toBeGreaterThan(5);
    expect((await journal.stats()).failing).toContain("ENOSPC");
    files.faultOf = () => undefined;
    await journal.append([record("b")]);
    expect((await readIds(journal)).at(-1)).toBe("b");
  });

  test("rejects only the appends of the group that failed", async () => {
    const folder = await temporaryFolder();
    const files = faultyFiles();
    const journal = await opened(fileJournal({ folder, files }));
    await journal.append([record("first")]);
    let syncs = 0;
    files.faultOf = ({ kind }) => {
      if (kind !== "datasync") return undefined;
      syncs += 1;
      return syncs % 3 === 1 ? { code: "EIO" } : undefined;
    };
    const kept: string[] = ["first"];
    let refused = 0;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (const one of records(`w${writer}-`, 20)) {
        await journal.append([one]).then(
          () => kept.push(one.id),
          () => {
            refused += 1;
          },
        );
      }
    });
    await Promise.all(writers);
    expect(refused).toBeGreaterThan(0);
    files.faultOf = () => undefined;
    expect((await readIds(journal)).sort()).toEqual(kept.sort());
    await journal.close();
    expect((await readIds(await opened(fileJournal({ folder })))).sort()).toEqual(kept.sort());
  });

  test("answers a short write by writing the rest", async () => {
    const folder = await temporaryFolder();
    const files = faultyFiles();
    const open = files.open;
    files.open = async (path, flags) => {
      const file = await open(path, flags);
      return { ...file, write: (buffer, offset, length, at) => file.write(buffer, offset, Math.min(length, 17), at) };
    };
    const journal = await opened(fileJournal({ folder, files }));
    await journal.append(records("a", 5));
    expect(await readIds(journal)).toHaveLength(5);
  });

  test("still moves readers and makes room when the journal itself has filled the disk", async () => {
    const folder = await temporaryFolder();
    const files = faultyFiles();
    const journal = await opened(fileJournal({ folder, files, maxBytes: 1_000_000, segmentBytes: 8192 }));
    await journal.append(records("a", 10, 4000));
    let reserved = true;
    files.faultOf = ({ kind, path }) => {
      if (kind === "unlink" && path.endsWith("reserve")) reserved = false;
      return kind === "write" && reserved && path.endsWith(".segment") ? { code: "ENOSPC" } : undefined;
    };
    await expect(journal.append(records("b", 1, 4000))).rejects.toMatchObject({ code: "journal_unwritable" });
    expect(reserved).toBe(true);
    await journal.advance("one", 10, { forwarded: 10 });
    expect(reserved).toBe(false);
    expect(await journal.trim(10)).toBeGreaterThan(0);
    expect(await journal.reader("one")).toEqual({ position: 10, tally: { forwarded: 10 } });
  });

  test("moves a reader although the appends beside it do not fit on the disk", async () => {
    const folder = await temporaryFolder();
    const files = faultyFiles();
    const journal = await opened(fileJournal({ folder, files }));
    await journal.append(records("a", 3));
    files.faultOf = (call) =>
      call.kind === "write" && isSegment(call) && call.length > 4000 ? { code: "ENOSPC" } : undefined;
    const [append, advance] = await Promise.allSettled([
      journal.append([record("b", 5000)]),
      journal.advance("one", 2),
    ]);
    expect(append).toMatchObject({ status: "rejected", reason: { code: "journal_unwritable" } });
    expect(advance.status).toBe("fulfilled");
    expect((await journal.reader("one")).position).toBe(2);
  });
});
