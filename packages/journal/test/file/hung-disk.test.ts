import { fileJournal, nodeFiles } from "@isotherm/journal/file";
import { describe, expect, test, vi } from "vitest";
import type { FileJournalOptions } from "../../src/file/options.js";
import { opened, readIds, record, records, temporaryFolder } from "./scene.js";

/** A journal on a disk that answers no sync from `hang` to `answer`. */
async function hanging(options: Partial<FileJournalOptions>) {
  let hung: Promise<void> | undefined;
  let answer = (): void => undefined;
  let asked = (): void => undefined;
  const files = {
    ...nodeFiles,
    async open(path: string, flags: "r" | "r+" | "wx+") {
      const file = await nodeFiles.open(path, flags);
      return new Proxy(file, {
        get(target, name) {
          if (name === "datasync") {
            asked();
            return () => (hung ?? Promise.resolve()).then(() => target.datasync());
          }
          const value: unknown = Reflect.get(target, name);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    },
  };
  const folder = await temporaryFolder();
  const journal = await opened(fileJournal({ folder, files, ...options }));
  return {
    folder,
    journal,
    /** Resolves as soon as a sync waits. */
    hang(): Promise<void> {
      hung = new Promise((resolve) => {
        answer = resolve;
      });
      return new Promise((resolve) => {
        asked = resolve;
      });
    },
    answer() {
      hung = undefined;
      answer();
    },
  };
}

const refused = { code: "journal_unwritable" };
const wait = (ms: number): Promise<"waits"> => new Promise((resolve) => setTimeout(resolve, ms, "waits"));

describe("a disk that does not answer", () => {
  test("makes appends and cursors fail in time, and those that come after at once, until it answers", async () => {
    const { journal, folder, hang, answer } = await hanging({ queueAge: 100 });
    await journal.append([record("a")]);
    const hung = hang();
    const writing = journal.append([record("b")], () => ({ journaled: 1 }));
    await hung;
    const behind = [journal.append([record("c")]), journal.advance("one", 1), journal.append([], () => ({ seen: 1 }))];
    for (const one of await Promise.allSettled([writing, ...behind])) {
      expect(one).toMatchObject({ status: "rejected", reason: refused });
    }
    expect((await journal.stats()).failing).toContain("not answered for 100 ms");
    const atOnce = journal.append([record("d")]).catch((error) => error);
    expect(await Promise.race([atOnce, new Promise((resolve) => setImmediate(resolve, "waits"))])).toMatchObject(
      refused,
    );

    answer();
    await vi.waitFor(async () => expect((await journal.stats()).failing).toBeNull());
    // What was being written has come to stay, and says so to whoever sends it again.
    expect(await journal.append([record("b"), record("c")])).toEqual({ stored: 1, duplicates: ["b"] });
    expect(await readIds(journal)).toEqual(["a", "b", "c"]);
    expect((await journal.stats()).tally).toEqual({ journaled: 1 });
    await journal.close();
    const again = await opened(fileJournal({ folder }));
    expect(await readIds(again)).toEqual(["a", "b", "c"]);
    expect((await again.stats()).readers).toEqual({});
  });

  test("keeps a cursor waiting that is being written, which whoever is told no would count twice", async () => {
    const { journal, hang, answer } = await hanging({ queueAge: 50 });
    await journal.append([record("a")]);
    const hung = hang();
    const move = journal.advance("one", 1, { forwarded: 1 });
    await hung;
    await expect(journal.append([record("b")])).rejects.toMatchObject(refused);
    expect((await journal.stats()).failing).toContain("not answered");
    expect(await Promise.race([move.then(() => "moved"), wait(60)])).toBe("waits");
    answer();
    await move;
    expect(await journal.reader("one")).toEqual({ position: 1, tally: { forwarded: 1 } });
  });

  test("keeps no more waiting than queueBytes, and says so", async () => {
    const { journal, hang, answer } = await hanging({ queueBytes: 65_536, queueAge: 60_000 });
    await journal.append([record("a")]);
    void hang();
    const waiting = records("b", 6, 10_000).map((one) => journal.append([one]));
    await expect(journal.append([record("c", 10_000)])).rejects.toMatchObject(refused);
    expect((await journal.stats()).failing).toContain("wait for the disk");
    const cursor = journal.advance("one", 1);
    expect(await Promise.race([cursor.then(() => "moved"), wait(20)])).toBe("waits");
    answer();
    await Promise.all([...waiting, cursor]);
    expect((await journal.stats()).failing).toBeNull();
    // Larger than the bound, but nothing waits.
    await journal.append([record("d", 100_000)]);
    expect(await readIds(journal)).toHaveLength(8);
  });

  test("holds no trim up that has nothing to free", async () => {
    const { journal, hang, answer } = await hanging({});
    await journal.append([record("a")]);
    await journal.advance("one", 1);
    const hung = hang();
    const writing = journal.append([record("b")]);
    await hung;
    expect(await Promise.race([journal.trim(1), wait(1_000)])).toBe(0);
    answer();
    await writing;
  });

  test("counts only what waits", async () => {
    const { journal } = await hanging({ queueBytes: 65_536, queueAge: 60_000 });
    for (let round = 0; round < 30; round++) {
      await Promise.all(records(`${round}-`, 5, 10_000).map((one) => journal.append([one])));
    }
    expect(await journal.stats()).toMatchObject({ records: 150, failing: null });
  });
});
