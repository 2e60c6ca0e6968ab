import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { fileJournal } from "@isotherm/journal/file";
import { describe, expect, test } from "vitest";
import { afterwards, readAll, temporaryFolder } from "./scene.js";

const ROUNDS = 6;
const writer = fileURLToPath(new URL("killed-writer.mjs", import.meta.url));

/** Starts a writer, kills it once it has told `lines` times that something is safe, and answers all that it told. */
async function runAndKill(folder: string, run: number, lines: number): Promise<string[]> {
  const options = ["-C", "@isotherm/source", "--import", "tsx", writer, folder, String(run)];
  const child = spawn(process.execPath, options, { stdio: ["ignore", "pipe", "inherit"] });
  afterwards(async () => child.kill("SIGKILL"));
  let told = "";
  let count = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    told += text;
    count += text.split("\n").length - 1;
    if (count >= lines) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "close");
  expect(signal).toBe("SIGKILL");
  return told.slice(0, told.lastIndexOf("\n")).split("\n");
}

describe("a writer that is killed", () => {
  test("loses nothing that it acknowledged, stores nothing twice, and keeps its counters in step", async () => {
    const folder = await temporaryFolder();
    const records = new Set<string>();
    let cursor = 0;
    for (let run = 0; run < ROUNDS; run += 1) {
      for (const line of await runAndKill(folder, run, 20 + run * 131)) {
        const [what, value = ""] = line.split(" ");
        if (what === "record") records.add(value);
        else cursor = Math.max(cursor, Number(value));
      }
      const journal = await fileJournal({ folder });
      const kept = (await readAll(journal)).map(({ id }) => id);
      const { tally, readers, damage } = await journal.stats();
      await journal.close();
      expect(new Set(kept).size).toBe(kept.length);
      expect([...records].filter((id) => !kept.includes(id))).toEqual([]);
      expect(tally.journaled).toBe(kept.length);
      const one = readers.one?.position ?? 0;
      expect(one).toBeGreaterThanOrEqual(cursor);
      expect(readers.one?.tally.forwarded ?? 0).toBe(one);
      expect(damage.filter(({ reason }) => reason !== "torn")).toEqual([]);
    }
    expect(records.size).toBeGreaterThan(300);
  }, 60_000);
});
