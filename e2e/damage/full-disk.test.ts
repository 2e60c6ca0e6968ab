import { cpSync, existsSync, renameSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mounting, mountSmall, unmount } from "../kit/mount.js";
import type { Part, System } from "../kit/system.js";
import { until } from "../kit/until.js";
import { sendUntilRefused } from "./answer.js";
import { expectExactly } from "./exactly.js";
import { healthOf, isReady } from "./health.js";
import { need } from "./powers.js";
import { holdDatabase, journals, removeAfterwards, startedSystem, untilStored, waitingAt } from "./scene.js";
import { deliver } from "./send.js";

/** A system of which the collector has a disk of 8 MiB for all that it keeps: database, journal, and what lies aside. */
async function onSmallCollector(skip: (reason: string) => void): Promise<{ system: System; disk: string }> {
  need(mounting(), skip);
  let disk = "";
  const system = await startedSystem({
    journalBytes: 8_388_608,
    prepared(folder) {
      disk = join(folder, "isotherm-data/collector");
      const made = `${disk}-made`;
      renameSync(disk, made);
      mountSmall(disk, 8);
      cpSync(made, disk, { recursive: true });
      rmSync(made, { recursive: true });
    },
  });
  removeAfterwards(system, () => unmount(disk));
  return { system, disk };
}

/** A system of which one part has a disk of 1 MiB for its journal. */
async function onSmallDisk(part: Part, skip: (reason: string) => void): Promise<{ system: System; disk: string }> {
  need(mounting(), skip);
  let disk = "";
  const system = await startedSystem({
    prepared(folder) {
      disk = journals(folder)[part];
      mountSmall(disk, 1);
    },
  });
  removeAfterwards(system, () => unmount(disk));
  return { system, disk };
}

describe("a disk that is full", () => {
  test("because the collector is away makes the relay answer 503 and keep what it took, until the collector is back", async ({
    skip,
  }) => {
    const { system, disk } = await onSmallDisk("relay", skip);
    const { pid } = system.process("relay");
    const before = await deliver(system, 5);
    await untilStored(system, before);
    await system.process("collector").stop("SIGKILL");

    const { acknowledged, refusal } = await sendUntilRefused(system, "full", 9_000);
    expect(acknowledged.length).toBeGreaterThan(40);
    expect(refusal).toMatchObject({ status: 503, code: "unavailable" });
    expect(refusal.retryAfter).toBeGreaterThan(0);
    expect(free(disk)).toBeLessThan(16_384);
    expect(await isReady(system, "relay")).toBe(false);
    const { status, journal } = await healthOf(system, "relay");
    expect([status, journal.damage]).toEqual(["failing", []]);
    expect(journal.failing).toContain("ENOSPC");

    await system.start("collector");
    // The relay asks again after up to a minute, the longer the collector was away.
    await until(
      "the relay to have passed on what it kept",
      async () => (await waitingAt(system)) === 0 || null,
      70_000,
    );
    const after = await deliver(system, 30, 9_000);
    expect(system.process("relay").pid).toBe(pid);
    await expectExactly(system, [...before, ...acknowledged, ...after]);
    expect(await isReady(system, "relay")).toBe(true);
  });

  test("because others have filled it makes the relay answer 503 until they have made room", async ({ skip }) => {
    const { system, disk } = await onSmallDisk("relay", skip);
    const before = await deliver(system, 5);
    const ballast = join(disk, "ballast");
    fill(ballast);
    const { acknowledged, refusal } = await sendUntilRefused(system, "full", 9_000);
    expect(refusal).toMatchObject({ status: 503, code: "unavailable" });
    expect(refusal.retryAfter).toBeGreaterThan(0);
    rmSync(ballast);
    // Nobody sends: it finds out by itself.
    await until("the journal to be well", async () => {
      const { journal } = await healthOf(system, "relay");
      return journal.failing?.includes("ENOSPC") ? null : true;
    });
    const after = await deliver(system, 30, 9_000);
    await expectExactly(system, [...before, ...acknowledged, ...after]);
  });

  test("makes the collector refuse and the relay keep, until the database takes what waits for it", async ({
    skip,
  }) => {
    const { system, disk } = await onSmallDisk("collector", skip);
    const { pid } = system.process("collector");
    const before = await deliver(system, 5);
    await untilStored(system, before);

    const release = holdDatabase(system);
    const during = [...(await deliver(system, 130, 9_000))];
    await until("the collector's disk to be full", async () => ((await isReady(system, "collector")) ? null : true));
    expect(free(disk)).toBeLessThan(300_000);
    expect(await waitingAt(system)).toBeGreaterThan(20);
    during.push(...(await deliver(system, 5, 9_000)));
    release();

    await expectExactly(system, [...before, ...during]);
    await until("the collector to be ready", async () => (await isReady(system, "collector")) || null);
    expect(system.process("collector").pid).toBe(pid);
    expect((await healthOf(system, "collector")).journal.damage).toEqual([]);
  });

  test("under the database is said, and all that waits is stored once there is room, with nothing set aside", async ({
    skip,
  }) => {
    const { system, disk } = await onSmallCollector(skip);
    const { pid } = system.process("collector");
    const before = await deliver(system, 5);
    await untilStored(system, before);

    const release = holdDatabase(system);
    const during = [...(await deliver(system, 60, 9_000))];
    await until("the collector to have everything in its journal", async () => (await waitingAt(system)) === 0 || null);
    const ballast = join(disk, "ballast");
    fill(ballast, 8_000_000);
    release();
    await until("the projector to say why it waits", async () => {
      const { projector } = await healthOf(system, "collector");
      return projector?.failing?.includes("SQLITE_FULL") || null;
    });
    during.push(...(await deliver(system, 5)));
    expect((await healthOf(system, "collector")).projector).toMatchObject({ running: true, aside: 0 });
    rmSync(ballast);

    await expectExactly(system, [...before, ...during]);
    const { status, projector } = await healthOf(system, "collector");
    expect([status, projector]).toMatchObject(["ok", { failing: null, waiting: 0, aside: 0 }]);
    expect(existsSync(join(disk, "aside.ndjson"))).toBe(false);
    expect(system.process("collector").pid).toBe(pid);
  });
});

function free(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function fill(path: string, bytes = 2_000_000): void {
  try {
    writeFileSync(path, Buffer.alloc(bytes, 1));
  } catch {
    // It is full now, which is what was wanted.
  }
}
