import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import type { SealedBatch } from "@isotherm/protocol";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { encodeArrival } from "../../../src/project/record.js";
import { readCore } from "../../../src/store/sql/core.js";
import { sqliteDatabase } from "../../../src/store/sqlite/database.js";
import { databaseName, theServer } from "../../servers/databases.js";
import type { Projecting } from "../../servers/projecting.js";
import { benchOn } from "../bench.js";
import { dump } from "../dump.js";
import { histories } from "../history.js";

const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const script = new URL("../../servers/projecting.ts", import.meta.url).pathname;

/** Records of batches in base64, a few to a chunk. */
function chunksOf(batches: readonly SealedBatch[]): readonly (readonly string[])[] {
  const records = batches.map((batch) =>
    Buffer.from(encodeArrival({ site: "shop", batch, receivedAt: batch.edge.at + 50 }).data).toString("base64"),
  );
  return Array.from({ length: Math.ceil(records.length / 5) }, (_, n) => records.slice(n * 5, n * 5 + 5));
}

function project(told: Projecting): ChildProcess {
  return spawn(process.execPath, ["--import", loader, "-C", "@isotherm/source", script, JSON.stringify(told)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/**
 * Runs one to its end; kills it as often as asked when it has begun a chunk, and starts it again. Gives where it was killed,
 * and how often the next one had to begin there.
 */
async function toTheEnd(
  told: Projecting,
  kills: number,
): Promise<{ readonly killed: readonly number[]; readonly again: number }> {
  const killed: number[] = [];
  let again = 0;
  for (;;) {
    const child = project(told);
    const ended = once(child, "exit");
    let begun = 0;
    if (child.stdout) {
      for await (const line of createInterface(child.stdout)) {
        const at = Number(line.slice("begins ".length));
        if (begun++ === 0 && at === killed.at(-1)) again++;
        // Each time a chunk later, so that it is killed in another state.
        if (begun <= killed.length || killed.length >= kills) continue;
        killed.push(at);
        child.kill("SIGKILL");
        break;
      }
    }
    const [code] = (await ended) as [number | null];
    if (code === 0) return { killed, again };
    if (code !== null) throw new Error(`a process that projects ended with ${code}`);
  }
}

const kind = theServer();

describe(`several collectors on one database (${kind.name})`, () => {
  test("make the models that one alone makes in SQLite, also when one is killed amid its chunks", async () => {
    const folder = mkdtempSync(join(tmpdir(), "isotherm-"));
    const name = databaseName();
    onTestFinished(async () => {
      rmSync(folder, { recursive: true });
      await kind.drop(name);
    });
    const url = await kind.create(name);
    const history = fc.sample(histories, { numRuns: 40, seed: 7 }).reduce((a, b) => (b.length > a.length ? b : a));
    const journals = ["one", "two", "three"].map((journal, own) => ({
      journal,
      // Every visitor's batches are spread over all of them, and some come twice.
      batches: history.filter((_, n) => n % 3 === own || n % 5 === own),
    }));
    const runs = journals.map(({ journal, batches }, own) => {
      const file = join(folder, journal);
      writeFileSync(file, JSON.stringify(chunksOf(batches)));
      return toTheEnd({ kind: kind.name, url, journal, file }, own === 0 ? 3 : 0);
    });
    const [first] = await Promise.all(runs);
    expect(first?.killed).toHaveLength(3);
    expect(first?.again).toBeGreaterThan(0);

    using straight = benchOn(sqliteDatabase({ file: join(folder, "straight.db") }), () => undefined);
    straight.project(history);
    const read = readCore(kind.database(url));
    onTestFinished(() => read.close());
    expect(dump(read)).toEqual(dump(straight.read));
    const connection = kind.database(url).connect("read");
    onTestFinished(() => connection.close());
    expect(connection.all("SELECT day FROM days LIMIT 1"), "days that were derived").toHaveLength(1);
  });
});
