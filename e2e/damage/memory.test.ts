import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { full, seed } from "../kit/effort.js";
import type { Ledger } from "../kit/ledger.js";
import { until } from "../kit/until.js";
import { inflict, ravaged } from "./harm.js";
import { healthOf } from "./health.js";
import { random } from "./random.js";
import { expectTruth } from "./recovery.js";
import { journals, ledgerOf, removeAfterwards, startedSystem } from "./scene.js";
import { deliver } from "./send.js";

const mebibyte = 1_048_576;

/** The most memory that a process has had resident, as the kernel counts it. */
function peak(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) * 1024;
}

describe("a large journal that is damaged", () => {
  test("costs the start no more memory than a whole one", async ({ skip }) => {
    if (process.platform !== "linux") return skip("reads /proc: run this drill on Linux");
    const system = await startedSystem();
    removeAfterwards(system);
    await system.process("collector").stop("SIGKILL");
    await Promise.all(Array.from({ length: 8 }, () => deliver(system, full ? 250 : 80, 50_000)));
    const folder = journals(system.folder).relay;
    const sizes = (): number =>
      readdirSync(folder).reduce(
        (sum, name) => sum + (/segment$/.test(name) ? statSync(join(folder, name)).size : 0),
        0,
      );
    expect(sizes()).toBeGreaterThan((full ? 90 : 30) * mebibyte);

    const restart = async (): Promise<{
      readonly memory: number;
      readonly records: number;
      readonly damage: number;
      readonly ledger: Ledger;
    }> => {
      const { pid } = await system.start("relay");
      const { records, damage } = (await healthOf(system, "relay")).journal;
      // The forwarder holds what it would send: with that, it has all that a start takes.
      await until("the relay to try to forward", async () => Object.keys((await ledgerOf(system)).targets)[0]);
      const memory = peak(pid);
      const ledger = await ledgerOf(system);
      await system.process("relay").stop("SIGKILL");
      return { memory, records, damage: damage.length, ledger };
    };
    await system.process("relay").stop("SIGKILL");
    const whole = await restart();
    expect(whole).toMatchObject({ records: (full ? 250 : 80) * 8, damage: 0 });
    expectTruth(whole.ledger, 0);

    const { ids, uncounted } = inflict(ravaged(400 * mebibyte), folder, random(seed));
    const damaged = await restart();
    expect(damaged.damage).toBeGreaterThan(50);
    expect(damaged.records).toBeGreaterThan(100);
    expect(damaged.records).toBe(whole.records - ids.size);
    expect(damaged.records).toBeLessThan(whole.records * 0.75);
    expectTruth(damaged.ledger, uncounted);
    expect(damaged.memory).toBeLessThan(256 * mebibyte);
    expect(damaged.memory).toBeLessThan(whole.memory + 48 * mebibyte);
  });
});
