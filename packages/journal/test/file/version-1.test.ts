import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { fileJournal, inspectJournal, verifyJournal } from "@isotherm/journal/file";
import { describe, expect, test } from "vitest";
import { forgedFrame } from "./forged-frame.js";
import { opened, readAll, readIds, record, segmentNames, temporaryFolder } from "./scene.js";

/**
 * What the last journal of version 1 left, deflated: `a1`, `b1` and `b2`, `one` moved to 1, `c1` and `c2`, `one` moved to 2
 * with 4 ahead, in segments of 4 KiB; `journaled` and `forwarded` counted along.
 */
const files: { readonly [name: string]: string } = {
  "00000001-0000000000000001.segment":
    "++rpxWi25HDpVucL9ywYkIBCQ9i/PRVOjMwMDCDxaqWSxJycSiWr6lodpaLUxJTUomIIJ6Uov6AgNUXJykBHKS0nP78IzMpLrShRsjKs/UoH8zM2+gn1va0Id4Yb/sGegQFiPhMzEwM/AwNDomG1UlZ+aVFeYg7ILMPaRJIByCod5q0/64Jav9rxw+1yYDCAWsXIBBZIMkwaBaNgFIyCUTAKRsEoGAWjYBSMglEwCkYBXgDqZTdLfr92ZQ8LL6JDz4HoZTNBOvRJRigdeqNa0q0CAA==",
  "00000002-0000000000000004.segment":
    "++rpxfhJO9SVg6Oco50BBjgcGAoawv7tqXBiZGZgAIlXK5Uk5uRUKllVK2XllxblJeakpihZGdfqKBWlJqakFhUrWVXX6iilFOUXFIBkDHSU0nLy84vArLzUihIlKxMdpYKiTJBQtVJeYm6qkpWSAQQY6hqgAkO94tT03NS8EiUdpaTKktRiJSsTYxOL2tqvQ8+5+0X1bj+qXmVthezcBIhzmZkZGKzAzkU4Syk/LxVEFeQXZ5Zk5ucpWRnqIHyTll9UnliUAnKzYW0txIauEk4G7pNSe0zgNgg4MDRAbGBiZAKLJBsmkwxAZs9rYpZ03mA7TxButgjCbCYmBn6Q2UYooWwEdlSN5beIKRLbdLyQNW5AeNuLoLeNsHvbqFZHKTEjNTFFySo62kTHJDa2trYWAA==",
  mark: "++rp5ZvpkXGVAQw4HBig4Kunl+8fhixbCE8ELg4A",
};

const ids = ["a1", "b1", "b2", "c1", "c2"];
const one = { position: 2, tally: { forwarded: 2 }, ahead: [[4, 4]] };

async function oldFolder(): Promise<string> {
  const folder = join(await temporaryFolder(), "journal");
  await mkdir(folder);
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(folder, name), inflateRawSync(Buffer.from(bytes, "base64")));
  }
  return folder;
}

describe("a folder of version 1", () => {
  test("is read as it was, and gets a new segment for what comes", async () => {
    const folder = await oldFolder();
    const journal = await opened(fileJournal({ folder }));
    expect(await readIds(journal)).toEqual(ids);
    expect(await journal.stats()).toMatchObject({ tally: { journaled: 5 }, readers: { one }, damage: [] });
    const before = await readFile(join(folder, "00000002-0000000000000004.segment"));
    await journal.append([record("d1")], () => ({ journaled: 1 }));
    await journal.advance("one", 3, { forwarded: 1 });
    await journal.close();
    expect(await segmentNames(folder)).toHaveLength(3);
    expect(await readFile(join(folder, "00000002-0000000000000004.segment"))).toEqual(before);
    const again = await opened(fileJournal({ folder }));
    expect((await readAll(again)).map(({ id, position }) => [id, position]).at(-1)).toEqual(["d1", 6]);
    expect(await again.stats()).toMatchObject({
      records: 6,
      tally: { journaled: 6 },
      readers: { one: { position: 3, tally: { forwarded: 3 } } },
      damage: [],
    });
    expect((await again.verify()).damage).toEqual([]);
    await again.advance("one", 6);
    expect(await again.trim(6)).toBe(5);
    expect(await segmentNames(folder)).toHaveLength(1);
  });

  test("can be looked at and verified", async () => {
    const folder = await oldFolder();
    expect(await readIds(await inspectJournal(folder))).toEqual(ids);
    expect(await verifyJournal(folder)).toMatchObject({ records: 5, damage: [], whole: true });
  });

  test("holds nobody to places that cannot be", async () => {
    const folder = await oldFolder();
    const path = join(folder, "00000002-0000000000000004.segment");
    const from = (await readFile(path)).length;
    const far = Number.MAX_SAFE_INTEGER - 1;
    const forged = [
      forgedFrame({ kind: "note", position: far, meta: { readers: { one: { position: far, tally: {} } } } }),
      forgedFrame({ kind: "note", position: 5, meta: { readers: { one: { position: 6, tally: {} } } } }),
      forgedFrame({
        kind: "note",
        position: 5,
        meta: { readers: { one: { position: 5, tally: {}, ahead: [[7, far]] } } },
      }),
      forgedFrame({ kind: "note", position: 5, meta: { readers: { one: { position: 2.5, tally: {} } } } }),
      forgedFrame({ kind: "note", position: 5, meta: { tally: { journaled: "7" } } }),
      forgedFrame({ kind: "note", position: 5, meta: { floor: 9, dropped: 4 } }),
      forgedFrame({ kind: "head", position: 5, meta: { tally: {}, readers: {}, next: far } }),
      forgedFrame({ kind: "record", position: far, id: "forged", meta: {} }),
    ];
    await appendFile(path, Buffer.concat(forged));
    const journal = await opened(fileJournal({ folder }));
    const { damage, tally, readers, last, dropped } = await journal.stats();
    expect([tally, readers, last, dropped]).toEqual([{ journaled: 5 }, { one }, 5, 0]);
    const to = from + forged.reduce((sum, { length }) => sum + length, 0);
    expect(damage).toEqual([{ file: "00000002-0000000000000004.segment", from, to, reason: "impossible" }]);
    await journal.append([record("d1")]);
    expect((await readAll(journal)).at(-1)).toMatchObject({ id: "d1", position: 6 });
  });
});
