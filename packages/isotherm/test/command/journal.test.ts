import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
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

describe("isotherm journal verify", () => {
  test("finds both journals whole by default, also while they are open, and ends with 0", async () => {
    const cwd = temporaryFolder();
    await journalIn(cwd, "relay");
    await journalIn(cwd, "collector");
    const { code, out, err } = await runHere(cwd, ["journal", "verify"]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /relay\/journal\n {2}\S+\.segment {2}7 records {2}\S+ \S+ +whole\n {2}total +7 records .* whole/,
    );
    expect(out).toMatch(/collector\/journal\n/);
    expect(out).not.toContain("damaged");
    expect(err).toMatch(/^Verified \S+ \S+ in .*relay\/journal\.\nVerified .*collector\/journal\.$/);
  });

  test("passes over the journal that this machine does not have", async () => {
    const cwd = temporaryFolder();
    await journalIn(cwd, "relay");
    const { code, err } = await runHere(cwd, ["journal", "verify"]);
    expect(code).toBe(0);
    expect(err).toContain("collector/journal is not there: nothing has been written to it yet.");
  });

  test("names file, offsets and what is wrong, ends with 3, and changes nothing", async () => {
    const cwd = temporaryFolder();
    const { folder, journal } = await journalIn(cwd);
    await journal.close();
    const [segment = ""] = readdirSync(folder).filter((name) => name.endsWith(".segment"));
    const path = join(folder, segment);
    const bytes = readFileSync(path);
    const at = bytes.indexOf(secret);
    bytes.writeUInt8(0, at);
    writeFileSync(path, bytes);
    const files = readdirSync(folder);

    const person = await runHere(cwd, ["journal", "verify", "relay"]);
    expect(person.code).toBe(3);
    const [, from, to] = /: bytes (\d+) to (\d+), checksum/.exec(person.out) ?? [];
    expect(Number(from)).toBeLessThan(at);
    expect(Number(to)).toBe(at + secret.length);
    expect(person.out).toMatch(/total +6 records .*damaged/);
    expect(person.err).toMatch(/error: damage in .*relay\/journal; /);

    const program = await runHere(cwd, ["journal", "verify", folder, "--json"]);
    expect(program.code).toBe(3);
    const range = { file: segment, from: Number(from), to: Number(to), reason: "checksum" };
    expect(JSON.parse(program.out)).toEqual({
      whole: false,
      journals: [
        {
          folder,
          records: 6,
          bytes: bytes.length,
          whole: false,
          damage: [range],
          segments: [{ file: segment, records: 6, bytes: bytes.length, damage: [range] }],
        },
      ],
    });
    expect([readFileSync(path).equals(bytes), readdirSync(folder)]).toEqual([true, files]);
  });

  test("takes an end that was never acknowledged for no damage", async () => {
    const cwd = temporaryFolder();
    const { folder, journal } = await journalIn(cwd);
    await journal.close();
    const [segment = ""] = readdirSync(folder).filter((name) => name.endsWith(".segment"));
    appendFileSync(join(folder, segment), Buffer.alloc(64, 0xff));
    const { code, out } = await runHere(cwd, ["journal", "verify", "relay"]);
    expect(code).toBe(0);
    expect(out).toMatch(/bytes \d+ to \d+, torn/);
    expect(out).toContain("whole, but for a torn end");
  });

  test("tells progress on long work, in plain lines where nobody watches", async () => {
    const cwd = temporaryFolder();
    const folder = join(cwd, "isotherm-data/relay/journal");
    const journal = await fileJournal({ folder });
    await journal.append([{ id: "large", data: new Uint8Array(3_000_000) }]);
    for (let n = 0; n < 4; n++) await journal.append([{ id: `${n}`, data: new Uint8Array(400_000) }]);
    await journal.close();
    let clock = 0;
    const { err } = await runHere(cwd, ["journal", "verify", "relay"], {}, () => {
      clock += 1_500;
      return clock;
    });
    expect(err.split("\n")[0]).toMatch(/^Verifying +\d+ % {2}\S+ \S+ of 4\.\d MiB$/);
  });

  test("says in a line what is no journal, and ends with 1", async () => {
    const cwd = temporaryFolder();
    const none = await runHere(cwd, ["journal", "verify"]);
    expect(none.code).toBe(1);
    expect(none.err.split("\n").at(-1)).toMatch(/^error: .* is no journal: nothing has been written there yet$/);
    const named = await runHere(cwd, ["journal", "verify", "./nowhere"]);
    expect([named.code, named.err]).toEqual([
      1,
      `error: ${join(cwd, "nowhere")} is no journal: nothing has been written there yet`,
    ]);
  });
});
