import { createHash } from "node:crypto";
import { appendFile, mkdir, readdir, readFile, truncate, unlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Damage } from "@isotherm/journal";
import { fileJournal, nodeFiles, verifyJournal } from "@isotherm/journal/file";
import { describe, expect, test } from "vitest";
import { frameStarts } from "./frame-offsets.js";
import { opened, record, records, segmentNames, temporaryFolder } from "./scene.js";

const sizes = { maxBytes: 1_000_000, segmentBytes: 4096 };

async function journalOf(folder: string, count = 20): Promise<string[]> {
  const journal = await fileJournal({ folder, ...sizes });
  for (const one of records("a", count, 1500)) await journal.append([one], () => ({ journaled: 1 }));
  await journal.close();
  return segmentNames(folder);
}

async function contents(folder: string): Promise<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const hash = entry.isFile() ? createHash("sha256").update(await readFile(join(folder, entry.name))) : undefined;
    entries.push([entry.name, hash?.digest("hex") ?? "no file"]);
  }
  return Object.fromEntries(entries.sort());
}

describe("verifyJournal", () => {
  test("counts records and bytes of each segment, and finds an undamaged journal whole", async () => {
    const folder = await temporaryFolder();
    const names = await journalOf(folder);
    const steps: (readonly [number, number])[] = [];
    const found = await verifyJournal(folder, { onProgress: (read, total) => steps.push([read, total]) });
    expect(found).toMatchObject({ records: 20, damage: [], whole: true });
    expect(found.segments.map(({ file }) => file)).toEqual(names);
    for (const { file, bytes, records: count } of found.segments) {
      const content = await readFile(join(folder, file));
      expect([bytes, count]).toEqual([content.length, frameStarts(content).length]);
    }
    expect(found.bytes).toBe(found.segments.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(steps.at(-1)).toEqual([found.bytes, found.bytes]);
    expect(steps.map(([read]) => read)).toEqual(steps.map(([read]) => read).sort((a, b) => a - b));
  });

  const kinds: { readonly [kind: string]: (folder: string, names: readonly string[]) => Promise<unknown> } = {
    "cut off at its end": async (folder, names) => {
      const path = join(folder, names.at(-1) ?? "");
      await truncate(path, (await readFile(path)).length - 10);
    },
    "with garbage behind its end": (folder, names) =>
      appendFile(join(folder, names.at(-1) ?? ""), Buffer.alloc(100, 7)),
    "with a flipped bit": async (folder, names) => {
      const path = join(folder, names[1] ?? "");
      const bytes = await readFile(path);
      const at = (frameStarts(bytes)[0] ?? 0) + 60;
      bytes[at] = (bytes[at] ?? 0) ^ 16;
      await writeFile(path, bytes);
    },
    "without a segment in the middle": (folder, names) => unlink(join(folder, names[3] ?? "")),
    "without its newest segment": (folder, names) => unlink(join(folder, names.at(-1) ?? "")),
    "with every segment emptied": async (folder, names) => {
      for (const name of names) await truncate(join(folder, name), 0);
    },
    "without any segment": async (folder, names) => {
      for (const name of names) await unlink(join(folder, name));
    },
  };
  test.each(Object.entries(kinds))("says what a start says of a journal %s, and changes nothing", async (_, damage) => {
    const folder = await temporaryFolder();
    await damage(folder, await journalOf(folder));
    const before = await contents(folder);
    const found = await verifyJournal(folder);
    expect(await contents(folder)).toEqual(before);
    const journal = await opened(fileJournal({ folder, ...sizes }));
    const stats = await journal.stats();
    expect(found.damage).not.toEqual([]);
    expect(found.damage).toEqual(stats.damage);
    expect(found.records).toBe(stats.records);
    expect(found.whole).toBe(stats.damage.every(({ reason }) => reason === "torn"));
    const ofSegments = found.segments.flatMap((segment) => segment.damage);
    const isOfSegment = ({ file }: Damage): boolean => found.segments.some((segment) => segment.file === file);
    expect(ofSegments).toEqual(found.damage.filter(isOfSegment));
  });

  test("names what cannot be opened, and so does every start, also after it was set aside", async () => {
    const folder = await temporaryFolder();
    const names = await journalOf(folder);
    await unlink(join(folder, names[2] ?? ""));
    await mkdir(join(folder, names[2] ?? ""));
    const at = (file: string): object => ({ file, from: 0, to: 0, reason: "unreadable" });
    const before = await verifyJournal(folder);
    expect(before).toMatchObject({
      whole: false,
      damage: [at(names[2] ?? ""), { reason: expect.stringMatching(/missing/) }],
    });
    expect(before.segments[2]).toMatchObject({ file: names[2], records: 0, bytes: 0 });
    for (const start of [1, 2]) {
      const journal = await fileJournal({ folder, ...sizes });
      const { damage } = await journal.stats();
      expect(damage, `start ${start}`).toMatchObject([
        at(`${names[2]}.unreadable`),
        { reason: expect.stringMatching(/missing/) },
      ]);
      expect((await verifyJournal(folder)).damage).toEqual(damage);
      await journal.close();
    }
  });

  test("reports no damage beside a writer that appends and trims", async () => {
    const folder = await temporaryFolder();
    const journal = await opened(fileJournal({ folder, ...sizes }));
    let appended = 0;
    const append = async (): Promise<void> => {
      appended += 3;
      await journal.append(records(`${appended}-`, 3, 700), () => ({ journaled: 3 }));
    };
    let trims = 0;
    let seen = 0;
    for (let round = 0; round < 30; round++) {
      for (let group = 0; group < 12; group++) await append();
      // The writer gets on before the first, the second … of the files is opened to be read through, and frees what has
      // been read and what has not: the newest records stay, fewer in every round.
      const names = await segmentNames(folder);
      const turn = names[round % names.length] ?? "";
      const opened = new Map<string, number>();
      const found = await verifyJournal(folder, {
        files: {
          ...nodeFiles,
          async open(path, flags) {
            const name = basename(path);
            opened.set(name, (opened.get(name) ?? 0) + 1);
            // Once for its head, before any is read through, and once more then.
            if (name === turn && opened.get(name) === 2) {
              await append();
              await journal.advance("reader", appended - round);
              trims += await journal.trim(appended);
            }
            return nodeFiles.open(path, flags);
          },
        },
      });
      expect(found.damage.filter(({ reason }) => reason !== "torn")).toEqual([]);
      seen += found.records;
    }
    expect(seen).toBeGreaterThan(300);
    expect(trims).toBeGreaterThan(60);
  }, 30_000);

  test("keeps each file's own range when there is more than it can list", async () => {
    const folder = await temporaryFolder();
    const journal = await fileJournal({ folder, maxBytes: 4_000_000, segmentBytes: 200_000 });
    for (let group = 0; group < 8; group++) {
      await journal.append(Array.from({ length: 700 }, (_, index) => record(`${group}-${index}`, 300)));
    }
    await journal.close();
    const names = await segmentNames(folder);
    for (const name of names) {
      const bytes = await readFile(join(folder, name));
      for (const [index, start] of frameStarts(bytes).entries()) if (index % 2 === 0) bytes[start + 50] = 0;
      await writeFile(join(folder, name), bytes);
    }
    const { damage } = await verifyJournal(folder);
    expect(damage.length).toBeLessThanOrEqual(1000 + names.length);
    expect(new Set(damage.map(({ file }) => file))).toEqual(new Set(names));
    const last = damage.filter(({ file }) => file === names.at(-1));
    expect(last).toMatchObject([{ reason: "several" }]);
    expect((last[0]?.to ?? 0) - (last[0]?.from ?? 0)).toBeGreaterThan(150_000);
  });
});
