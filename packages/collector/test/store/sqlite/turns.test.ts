import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { connect } from "../../../src/store/sqlite/connect.js";
import { turns } from "../../../src/store/sqlite/turns.js";
import { emptyFolder } from "../folder.js";

/** What `turns` waited, for writes that begin at these moments and take so long, in milliseconds. */
function waits(writes: readonly (readonly [at: number, takes: number])[]): readonly number[] {
  let now = 0;
  let waited = 0;
  const turn = turns(
    () => now,
    (milliseconds) => {
      waited += milliseconds;
      now += milliseconds;
    },
  );
  return writes.map(([at, takes]) => {
    now = Math.max(now, at);
    waited = 0;
    turn.begin();
    now += takes;
    turn.end();
    return waited;
  });
}

describe("taking turns", () => {
  test("a writer that goes on leaves a gap every two seconds", () => {
    const on = Array.from({ length: 9 }, () => [10_000, 500] as const);
    expect(waits(on)).toEqual([0, 0, 0, 0, 120, 0, 0, 0, 120]);
  });

  test("what is left of a gap that has begun is waited for", () => {
    expect(
      waits([
        [10_000, 2_500],
        [12_550, 10],
      ]),
    ).toEqual([0, 70]);
  });

  test("one that rests by itself never waits, nor does one whose clock was set back", () => {
    expect(
      waits([
        [10_000, 2_500],
        [12_620, 2_500],
        [15_240, 10],
      ]),
    ).toEqual([0, 0, 0]);
  });

  test("another process gets to write while a writer catches up without end", async () => {
    using folder = emptyFolder();
    const file = join(folder.path, "store.sqlite");
    const connection = connect(file, "write");
    connection.script("CREATE TABLE written (by TEXT)");
    const driver = createRequire(import.meta.url).resolve("better-sqlite3");
    const other = spawn(process.execPath, [
      "-e",
      `const file = new (require(${JSON.stringify(driver)}))(${JSON.stringify(file)}, { timeout: 20_000 });
       file.exec("INSERT INTO written VALUES ('other')");`,
    ]);
    const ended = new Promise((resolve) => other.once("exit", resolve));
    const started = Date.now();
    while (!connection.get("SELECT 1 FROM written WHERE by = 'other'") && Date.now() - started < 20_000) {
      connection.write(() => {
        connection.run("INSERT INTO written VALUES ('this')");
        // As long as a chunk takes; blocking, as the store's thread is.
        const until = Date.now() + 50;
        while (Date.now() < until);
      });
    }
    expect(await ended).toBe(0);
    connection.close();
  });
});
