import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredRecord } from "@isotherm/journal";
import { fileJournal } from "@isotherm/journal/file";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chance } from "../kit/chance.js";
import { full, seed } from "../kit/effort.js";
import { root, start } from "../kit/process.js";

const times = full ? 50 : 3;
const readers = ["fast", "slow"] as const;
const folder = mkdtempSync(join(tmpdir(), "isotherm-journal-"));
const script = `${root}e2e/durability/killed-writer.mjs`;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe(`a journal whose process is killed ${times} times while it works (seed ${seed})`, () => {
  const asked = new Set<string>();
  const kept = new Set<string>();
  /** Places of what each reader was given, by id, ids that it passed, each as often as it did, and how far it told to have come. */
  const given = { fast: new Map<string, number>(), slow: new Map<string, number>() };
  /** Ids that were found at each place, by either reader and in the end. */
  const found = new Map<number, Set<string>>();
  const passed = { fast: [] as string[], slow: [] as string[] };
  const come = { fast: 0, slow: 0 };
  const spoilt: string[] = [];
  const moments: number[] = [];
  let left: readonly StoredRecord[] = [];
  let stats: Awaited<ReturnType<Awaited<ReturnType<typeof fileJournal>>["stats"]>>;

  const find = (place: number, id: string): void => {
    found.set(place, (found.get(place) ?? new Set()).add(id));
  };

  const hear = (line: string): void => {
    const [what, ...words] = line.split(" ");
    if (what === "asked") for (const id of words) asked.add(id);
    if (what === "kept") for (const id of words) kept.add(id);
    if (what === "spoilt") spoilt.push(...words);
    const reader = words[0] as (typeof readers)[number];
    if (what === "read")
      for (const word of words.slice(1)) {
        const [place = "", id = ""] = word.split("=");
        given[reader].set(id, Number(place));
        find(Number(place), id);
      }
    if (what !== "passed") return;
    come[reader] = Number(words[1]);
    passed[reader].push(...words.slice(2));
  };

  beforeAll(async () => {
    const random = chance(seed);
    for (let run = 0; run < times; run++) {
      const unanswered = [...asked].filter((id) => !kept.has(id));
      const writer = start(process.execPath, [script, folder, String(run), ...unanswered], folder);
      // Every third run is killed while it reads what is there, the others while they work.
      await writer.says(run % 3 === 1 ? /opening\n/ : /kept/);
      const after = random() * 300;
      moments.push(after);
      await new Promise((resolve) => setTimeout(resolve, after));
      await writer.stop("SIGKILL");
      const told = writer.output();
      expect(told.replaceAll(/^(opening|open|asked|kept|read|passed|spoilt)\b.*$/gm, "").trim()).toBe("");
      // A line that the kill cut off promises nothing.
      told.slice(0, told.lastIndexOf("\n")).split("\n").forEach(hear);
    }
    const journal = await fileJournal({ folder });
    stats = await journal.stats();
    left = await journal.read(0, { records: 1_000_000, bytes: 1_000_000_000 });
    await journal.close();
    for (const { id, position } of left) find(position, id);
  });

  test("was at work", () => {
    expect(moments).toHaveLength(times);
    expect(kept.size).toBeGreaterThan(times * 50);
    for (const reader of readers) expect(passed[reader].length).toBeGreaterThan(times * 10);
    // What both had passed was freed, so that kills fell on removals, too.
    expect(stats.first).toBeGreaterThan(1);
  });

  test("holds every acknowledged record, or has freed it behind each reader's cursor", () => {
    const here = new Set(left.map(({ id }) => id));
    for (const reader of readers) {
      const { position } = stats.readers[reader] ?? { position: 0 };
      // That it was given out is not enough: until its reader has passed it, it may be asked for again.
      const isFreed = (place = Number.POSITIVE_INFINITY): boolean => place <= position && place < stats.first;
      expect([...kept].filter((id) => !here.has(id) && !isFreed(given[reader].get(id)))).toEqual([]);
    }
    expect(spoilt).toEqual([]);
  });

  test("gave no place to two ids: what was there once did not make way for another", () => {
    expect([...found].filter(([, ids]) => ids.size > 1)).toEqual([]);
  });

  test("gave no id two places, though what was unanswered was sent again", () => {
    expect(new Set(left.map(({ id }) => id)).size).toBe(left.length);
    const { position } = stats.readers.fast ?? { position: 0 };
    // Places count the records ever kept, each once.
    expect(stats.tally.journaled).toBe(stats.last);
    expect(stats.last).toBeGreaterThanOrEqual(position);
    expect(stats.last).toBeGreaterThanOrEqual(kept.size);
    expect(stats.last).toBeLessThanOrEqual(asked.size);
  });

  test("kept every cursor with its counter, none behind what was told", () => {
    for (const reader of readers) {
      const { position, tally } = stats.readers[reader] ?? { position: -1, tally: {} };
      expect(position).toBeGreaterThanOrEqual(come[reader]);
      expect(tally.forwarded).toBe(position);
      // What a reader has passed it is never given again.
      expect(new Set(passed[reader]).size).toBe(passed[reader].length);
    }
  });

  test("reports no damage but writes that were cut off before their acknowledgement", () => {
    expect(stats.damage.filter(({ reason }) => reason !== "torn")).toEqual([]);
    expect(stats.dropped).toBe(0);
  });
});
