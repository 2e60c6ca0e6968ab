import { readFile, truncate, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JournalStats } from "@isotherm/journal";
import { fileJournal, inspectJournal, verifyJournal } from "@isotherm/journal/file";
import { describe, expect, test } from "vitest";
import { type Forgery, forgedFrame } from "./forged-frame.js";
import { opened, readAll, readIds, record, records, segmentNames, temporaryFolder } from "./scene.js";

const far = Number.MAX_SAFE_INTEGER - 1;
const moved = { readers: { one: { position: far, tally: { forwarded: 7 } } } };
const said: readonly Forgery[] = [
  { kind: "note", position: 20, meta: { readers: { one: { position: 20, tally: {} } } } },
  { kind: "note", position: far, meta: moved },
  { kind: "head", position: far, meta: { ...moved, tally: { journaled: 1 }, next: far + 1 } },
  { kind: "record", position: 21, id: "forged", meta: { journaled: 1 } },
];
const anyName = "0123456789abcdef";
const anyNonce = [0x01234567, 0x89abcdef] as const;
const forgeries = Buffer.concat(
  said.flatMap((one) => [
    forgedFrame(one),
    forgedFrame({ ...one, version: 2 }),
    forgedFrame({ ...one, version: 2, nonce: anyNonce, ...(one.kind === "head" && { id: anyName }) }),
  ]),
);

/** A folder with 20 records of one byte each, a reader at 3, and behind them a stranger's record full of forged frames. */
async function attacked(folder: string, front = Buffer.alloc(0)): Promise<{ path: string; before: number }> {
  const journal = await fileJournal({ folder });
  for (const one of records("a", 20, 1)) await journal.append([one], () => ({ journaled: 1 }));
  await journal.advance("one", 3, { forwarded: 3 });
  await journal.close();
  const again = await fileJournal({ folder });
  const path = join(folder, (await segmentNames(folder)).at(-1) ?? "");
  const mark = await readFile(join(folder, "mark"));
  const before = (await readFile(path)).length;
  const data = Buffer.concat([front, forgeries, Buffer.alloc(900_000, 0x2e)]);
  await again.append([{ id: "stranger", data }], () => ({ journaled: 1 }));
  await again.close();
  await writeFile(join(folder, "mark"), mark);
  return { path, before };
}

function expectUnmoved({ readers, tally, records: count, last }: JournalStats): void {
  expect(readers).toEqual({ one: { position: 3, tally: { forwarded: 3 } } });
  expect(tally).toEqual({ journaled: 20 });
  expect([count, last]).toEqual([20, 20]);
}

describe("frames inside a record, as a stranger may send them", () => {
  test("are not believed when a crash cuts the record off", async () => {
    const folder = await temporaryFolder();
    const { path, before } = await attacked(folder);
    await truncate(path, before + 500_000);
    const journal = await opened(fileJournal({ folder }));
    expectUnmoved(await journal.stats());
    expect((await journal.stats()).damage).toMatchObject([{ from: before, to: before + 500_000, reason: "torn" }]);
    await journal.append([record("next")]);
    expect((await readAll(journal)).at(-1)).toMatchObject({ id: "next", position: 21 });
  });

  test.each([4, 12, 45])("are not believed when byte %i of the record is damaged", async (byte) => {
    const folder = await temporaryFolder();
    const { path, before } = await attacked(folder);
    const bytes = await readFile(path);
    bytes[before + byte] = (bytes[before + byte] ?? 0) ^ 0x11;
    await writeFile(path, bytes);
    const journal = await opened(fileJournal({ folder }));
    expectUnmoved(await journal.stats());
    expectUnmoved(await (await inspectJournal(folder)).stats());
    await journal.append([record("next")]);
    expect((await readAll(journal)).at(-1)).toMatchObject({ id: "next" });
    expect((await journal.stats()).last).toBeLessThan(30);
  });

  test("are not believed when the segment's heads are lost as well", async () => {
    const folder = await temporaryFolder();
    const { path, before } = await attacked(folder);
    const bytes = await readFile(path);
    await expectNothing(folder, path, Buffer.from(bytes).fill(0, 0, before + 60));
  });

  test("are not believed when the stranger's bytes name a nonce where the first head did", async () => {
    const folder = await temporaryFolder();
    const { path, before } = await attacked(folder);
    const bytes = await readFile(path);
    bytes.fill(0, 0, before + 60).write(anyName, 40);
    await expectNothing(folder, path, bytes);
  });

  test("are not believed when they name a nonce in what has a second head's length, and both heads are lost", async () => {
    // Where a record's data begins is known once there is a record.
    const sample = await attacked(await temporaryFolder(), Buffer.from("sample"));
    const at = (await readFile(sample.path)).indexOf("sample");
    const head = Buffer.alloc(56);
    Buffer.from([0xf5, 0x49, 0x4a, 0x02]).copy(head);
    head.writeUInt32LE(at - 40, 12);
    head.write(anyName, 40);
    const folder = await temporaryFolder();
    const { path, before } = await attacked(folder, head);
    const bytes = await readFile(path);
    expect(bytes.indexOf(head)).toBe(at);
    await expectNothing(folder, path, bytes.fill(0, 0, before + 40));
  });

  async function expectNothing(folder: string, path: string, bytes: Buffer): Promise<void> {
    await unlink(join(folder, "mark"));
    await writeFile(path, bytes);
    const journal = await opened(fileJournal({ folder }));
    const { readers, records: count, damage } = await journal.stats();
    expect([readers, count]).toEqual([{}, 0]);
    expect(damage).toMatchObject([{ from: 0, to: bytes.length }]);
    await journal.append([record("next")]);
    expect((await journal.stats()).last).toBeLessThan(100);
  }
});

describe("a segment whose heads are damaged", () => {
  async function twoSegments(folder: string): Promise<string[]> {
    const journal = await fileJournal({ folder, maxBytes: 65_536, segmentBytes: 4096 });
    await journal.append([record("a", 4000)]);
    await journal.append([record("b", 10)], () => ({ journaled: 1 }));
    await journal.advance("one", 1, { forwarded: 1 });
    await journal.close();
    const names = await segmentNames(folder);
    expect(names).toHaveLength(2);
    return names.map((name) => join(folder, name));
  }
  const headBytes = (bytes: Buffer): number => 40 + bytes.readUInt32LE(12);
  async function spoil(path: string, from: number, to: number): Promise<void> {
    await writeFile(path, (await readFile(path)).fill(0, from, to));
  }

  test("keeps its records and notes by the second head alone", async () => {
    const folder = await temporaryFolder();
    const [, path = ""] = await twoSegments(folder);
    await unlink(join(folder, "mark"));
    await spoil(path, 0, headBytes(await readFile(path)));
    const journal = await opened(fileJournal({ folder }));
    expect(await readIds(journal)).toEqual(["a", "b"]);
    expect(await journal.reader("one")).toEqual({ position: 1, tally: { forwarded: 1 } });
  });

  test("keeps its records and notes by the mark when it is the newest", async () => {
    const folder = await temporaryFolder();
    const [, path = ""] = await twoSegments(folder);
    await spoil(path, 0, 2 * headBytes(await readFile(path)));
    const journal = await opened(fileJournal({ folder }));
    expect(await readIds(journal)).toEqual(["a", "b"]);
    expect(await journal.reader("one")).toEqual({ position: 1, tally: { forwarded: 1 } });
    expect((await verifyJournal(folder)).records).toBe(2);
  });

  describe.each([
    ["the JSON", (head: number) => head - 2],
    ["the header", () => 17],
    ["the magic", () => 0],
  ])("in %s, with all others that name its nonce lost", (_where, byte) => {
    test.each([
      ["keeps its records", [], ["a", "b"]],
      ["keeps them by the second alone, where the first names another", [0], ["a", "b"]],
      ["keeps them by the first alone, where the second names another", [1], ["a", "b"]],
      ["believes none where neither names it", [0, 1], ["b"]],
    ] as const)("%s", async (_what, unnamed, ids) => {
      const folder = await temporaryFolder();
      const paths = await twoSegments(folder);
      await unlink(join(folder, "mark"));
      const damage = async (path: string, heads: readonly number[]): Promise<void> => {
        const bytes = await readFile(path);
        const head = headBytes(bytes);
        const flip = (at: number): void => void bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
        for (const at of [0, head]) flip(at + byte(head));
        for (const at of heads) flip(at * head + 40);
        await writeFile(path, bytes);
      };
      await damage(paths[0] ?? "", unnamed);
      await damage(paths[1] ?? "", []);
      expect(await readIds(await opened(fileJournal({ folder })))).toEqual(ids);
    });
  });

  test("keeps its records by the head of the next segment when it is older", async () => {
    const folder = await temporaryFolder();
    const [path = ""] = await twoSegments(folder);
    await unlink(join(folder, "mark"));
    await spoil(path, 0, 2 * headBytes(await readFile(path)));
    expect(await readIds(await opened(fileJournal({ folder })))).toEqual(["a", "b"]);
  });
});
