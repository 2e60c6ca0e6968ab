import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileJournal } from "@isotherm/journal/file";
import { describe, expect, onTestFinished, test } from "vitest";
import { runHere } from "../run-here.js";
import { temporaryFolder } from "../temporary-folder.js";

const secret = "what a visitor did";

async function journalIn(cwd: string, part = "relay") {
  const folder = join(cwd, "isotherm-data", part, "journal");
  const journal = await fileJournal({ folder });
  onTestFinished(() => journal.close());
  const records = Array.from({ length: 7 }, (_, i) => ({ id: `batch-${i}`, data: new TextEncoder().encode(secret) }));
  await journal.append(records, () => ({ received: 7 }));
  await journal.advance("isotherm", 5, { forwarded: 5 });
  return { folder, journal };
}

describe("isotherm journal inspect", () => {
  test("shows depth, readers, counters and the last ids of a journal that is open, and no content", async () => {
    const cwd = temporaryFolder();
    await journalIn(cwd);
    const { code, out, err } = await runHere(cwd, ["journal", "inspect", "relay", "--last", "2"]);
    expect(code).toBe(0);
    expect(out).toMatch(/Kept {6}7 records/);
    expect(out).toMatch(/Places {4}1 to 7/);
    expect(out).toMatch(/isotherm {2}at 5 {2}2 behind {2}forwarded 5/);
    expect(out).toMatch(/received {2}7/);
    expect(out).toMatch(/7 {2}batch-6 {2}18 B/);
    expect(out).not.toContain("batch-4");
    expect(out).not.toContain(secret);
    expect(err).toBe("Checked 7 records.");
  });

  test("changes nothing on disk", async () => {
    const cwd = temporaryFolder();
    const { folder, journal } = await journalIn(cwd, "collector");
    await journal.close();
    const before = readdirSync(folder).sort();
    await runHere(cwd, ["journal", "inspect", folder]);
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  test("reports damage with its place", async () => {
    const cwd = temporaryFolder();
    const { folder, journal } = await journalIn(cwd, "collector");
    await journal.close();
    const segment =
      readdirSync(folder)
        .filter((name) => name.endsWith(".seg") || /\d{6}/.test(name))
        .sort()
        .at(-1) ?? "";
    appendFileSync(join(folder, segment), Buffer.alloc(64, 0xff));
    const { out } = await runHere(cwd, ["journal", "inspect", "collector"]);
    expect(out).toMatch(/Damage\n {2}\S+: bytes \d+ to \d+/);
    expect(out).toMatch(/Kept {6}7 records/);
  });

  test("prints one object for programs", async () => {
    const cwd = temporaryFolder();
    await journalIn(cwd);
    const { out } = await runHere(cwd, ["journal", "inspect", "relay", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ read: 7, stats: { records: 7, last: 7 }, last: { length: 5 } });
  });

  test("says in a line that there is none", async () => {
    const cwd = temporaryFolder();
    const { code, err } = await runHere(cwd, ["journal", "inspect", "relay"]);
    expect(code).toBe(1);
    expect(err).toBe(
      `error: ${join(cwd, "isotherm-data/relay/journal")} is no journal: nothing has been written there yet`,
    );
  });
});
