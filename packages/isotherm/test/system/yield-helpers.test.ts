import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { getPriority } from "node:os";
import { describe, expect, test } from "vitest";
import { isotherm, mustBeBuilt, root } from "../process.js";
import { temporaryFolder } from "../temporary-folder.js";

mustBeBuilt();

/** Works with V8's helpers and with libuv's threads, and prints who took how many milliseconds, at which priority. */
const script = `
import { yieldHelpers } from "${new URL("packages/isotherm/dist/system/yield-helpers.js", `file://${root}`)}";
import { pbkdf2 } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { promisify } from "node:util";

const threads = () => readdirSync("/proc/self/task").map((id) => ({
  id: Number(id),
  took: Number(readFileSync("/proc/self/task/" + id + "/schedstat", "utf8").split(" ")[0]) / 1e6,
  nice: getPriority(Number(id)),
}));
const during = async (work) => {
  const before = new Map(threads().map(({ id, took }) => [id, took]));
  await work();
  return threads().map(({ id, nice, took }) => ({ id, nice, took: took - (before.get(id) ?? 0) }));
};

const own = getPriority();
yieldHelpers();
// Once more is no further down.
yieldHelpers();
const kept = Array.from({ length: 600_000 }, (_, n) => ({ n, text: [n] }));
const gathering = await during(() => {
  for (let n = 0; n < 10; n++) gc();
});
const hashing = await during(() => Promise.all(Array.from({ length: 8 }, () => promisify(pbkdf2)("a", "b", 100_000, 64, "sha512"))));
console.log(JSON.stringify({ own, main: process.pid, gathering, hashing, kept: kept.length }));
`;

interface Thread {
  readonly id: number;
  readonly nice: number;
  /** Milliseconds of processor time. */
  readonly took: number;
}

describe.runIf(process.platform === "linux")("V8's helpers", () => {
  test.each([
    ["", []],
    ["", ["--v8-pool-size", "2"]],
    ["", ["--v8_pool_size=1"]],
    ["", ["--v8-pool-size=0"]],
    ["--v8-pool-size=1", []],
    ['--v8-pool-size="1"', []],
    ["--max-semi-space-size=8 --v8-pool-size=1", ["--v8-pool-size=3"]],
  ])(
    "with NODE_OPTIONS=%s and %j gather garbage behind the threads that answer, and nobody else does",
    (options, flags) => {
      const printed = execFileSync(
        process.execPath,
        [...flags, "--expose-gc", "--input-type=module", "--eval", script],
        { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: options } },
      );
      const {
        own,
        main,
        gathering,
        hashing,
      }: Record<"own" | "main", number> & Record<"gathering" | "hashing", Thread[]> = JSON.parse(printed);
      const busy = (threads: readonly Thread[], ms: number) =>
        threads.filter(({ id, took }) => id !== main && took > ms);
      const niceness = (threads: readonly Thread[]) => [...new Set(threads.map(({ nice }) => nice))];
      expect(niceness(busy(gathering, 5))).toEqual([own + 5]);
      // Helpers may still sweep what was gathered.
      expect(niceness(busy(hashing, 50))).toEqual([own]);
      expect(hashing.find(({ id }) => id === main)?.nice).toBe(own);
    },
  );

  test("yield in isotherm serve, and so does the one that keeps their time", async () => {
    const own = getPriority();
    const options = { NODE_OPTIONS: "--v8-pool-size=1" };
    const running = isotherm(["serve", "--port", "0", "--collector-port", "0"], temporaryFolder(), options);
    await running.says(/(Ctrl-C stops)/);
    const threads = readdirSync(`/proc/${running.child.pid}/task`).map(Number);
    expect(threads.filter((thread) => getPriority(thread) === own + 5)).toHaveLength(2);
    running.child.kill("SIGINT");
    expect(await running.ended()).toBe(0);
  });
});
