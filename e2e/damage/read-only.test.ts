import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { mounting, unmount } from "../kit/mount.js";
import { until } from "../kit/until.js";
import { attempt, sendUntilRefused } from "./answer.js";
import { expectExactly } from "./exactly.js";
import { healthOf, isReady } from "./health.js";
import { isothermPlainly, mountItself, need, permissions, remount } from "./powers.js";
import { holdDatabase, journals, removeAfterwards, startedSystem, untilStored, waitingAt } from "./scene.js";
import { deliver } from "./send.js";

const parts = ["collector", "relay"] as const;

describe("a folder that cannot be written", () => {
  test("from the start on makes both answer 503, and take batches without a restart once it can", async ({ skip }) => {
    need(mounting(), skip);
    const system = await startedSystem();
    const folders = journals(system.folder);
    const before = await deliver(system, 20);
    await untilStored(system, before);
    await system.stop();
    removeAfterwards(system, () => {
      for (const part of parts) unmount(folders[part]);
    });
    for (const part of parts) mountItself(folders[part], "ro");

    for (const part of parts) system.launch(part);
    for (const part of parts) {
      await until(`the ${part} to be alive`, async () => (await fetch(`${system[part]}/health/live`)).ok || null);
      expect(await isReady(system, part)).toBe(false);
      expect((await healthOf(system, part)).journal).toMatchObject({ damage: [] });
    }
    expect(await attempt(system, "read-only", 0, 0)).toMatchObject({ status: 503, code: "unavailable" });
    expect((await healthOf(system, "relay")).journal.failing).toContain("EROFS");

    for (const part of parts) remount(folders[part], "rw");
    for (const part of parts) {
      await until(`the ${part} to be ready`, async () => (await isReady(system, part)) || null);
    }
    await expectExactly(system, [...before, ...(await deliver(system, 20))]);
  });

  test("from some time on makes each answer 503 when it needs a new file, until it can be written again", async ({
    skip,
  }) => {
    need(permissions(), skip);
    const system = await startedSystem({ plainly: true, journalBytes: 8_388_608 });
    const folders = journals(system.folder);
    removeAfterwards(system);
    const sent = [...(await deliver(system, 10))];

    chmodSync(folders.relay, 0o500);
    const { acknowledged, refusal } = await sendUntilRefused(system, "relay", 9_000);
    sent.push(...acknowledged);
    expect(refusal).toMatchObject({ status: 503, code: "unavailable" });
    expect(refusal.retryAfter).toBeGreaterThan(0);
    expect(await isReady(system, "relay")).toBe(false);
    expect((await healthOf(system, "relay")).journal.failing).toContain("EACCES");
    chmodSync(folders.relay, 0o700);
    sent.push(...(await deliver(system, 5)));

    chmodSync(folders.collector, 0o500);
    // Held back, so that it has to keep what comes.
    const release = holdDatabase(system);
    sent.push(...(await deliver(system, 140, 9_000)));
    await until("the collector to refuse", async () => ((await isReady(system, "collector")) ? null : true));
    expect(await waitingAt(system)).toBeGreaterThan(0);
    chmodSync(folders.collector, 0o700);
    release();
    await expectExactly(system, sent);
    for (const part of parts) expect(await isReady(system, part)).toBe(true);
  });

  test("as a whole is refused at the start in one line that names it and says what to do", async ({ skip }) => {
    need(permissions(), skip);
    const system = await startedSystem({ plainly: true });
    await system.stop();
    const data = join(system.folder, "isotherm-data");
    removeAfterwards(system);
    const inside = [data, `${data}/collector`, `${data}/relay`];
    for (const folder of inside) chmodSync(folder, 0o500);
    chmodSync(`${data}/collector/isotherm.db`, 0o400);
    onTestFinished(() => {
      for (const folder of inside) chmodSync(folder, 0o700);
    });
    for (const command of ["serve", "collector"]) {
      const refused = isothermPlainly([command, "--port", "0"], system.folder);
      expect(await refused.ended).toBe(1);
      expect(refused.output().trim()).toBe(
        `error: ${data}/collector cannot be written (EACCES); let this user write there, or choose another folder with --data`,
      );
    }
    const refused = system.launch("relay");
    expect(await refused.ended).toBe(1);
    expect(refused.output().trim()).toBe(`error: folder: ${data}/relay cannot be written; allow it or name another`);
  });
});
