import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { load } from "../kit/load.js";
import type { System } from "../kit/system.js";
import { until } from "../kit/until.js";
import { sendUntilRefused } from "./answer.js";
import { expectExactly } from "./exactly.js";
import { healthOf } from "./health.js";
import { faketime, need } from "./powers.js";
import { removeAfterwards, startedSystem, untilStored } from "./scene.js";
import { deliver } from "./send.js";

/** A system whose processes go by a clock of their own. */
async function clocked(options: { readonly requestsPerMinute?: number } = {}): Promise<{
  readonly system: System;
  /** Sets the clock that the processes read, while they run, to so many seconds from where it began. */
  set(seconds: number): void;
}> {
  let file = "";
  // It begins at noon: an hour back from any time after midnight would be another day, on which visitors are others.
  const base = Math.round((noon() - Date.now()) / 1_000);
  const set = (seconds: number): void => {
    const from = base + seconds;
    writeFileSync(file, `${from < 0 ? "" : "+"}${from}s\n`);
  };
  const system = await startedSystem({
    ...options,
    journalBytes: 8_388_608,
    prepared(folder) {
      file = join(folder, "clock");
      set(0);
    },
    env: () => ({
      LD_PRELOAD: faketime().library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      // Timers and time-outs go on as they do when somebody sets a machine's clock.
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    }),
  });
  removeAfterwards(system);
  return { system, set };
}

/** The collector's clock. */
async function clockOf({ collector }: System): Promise<number> {
  const { at } = (await (await fetch(`${collector}/v1/health`)).json()) as { at: number };
  return at;
}

const noon = (): number => new Date().setUTCHours(12, 0, 0, 0);

describe("a clock that is set back by an hour", () => {
  test("while both run under load, and between two starts, costs nothing and counts nothing twice", async ({
    skip,
  }) => {
    need(faketime().missing, skip);
    const { system, set } = await clocked();
    const going = load({ url: `${system.relay}${system.intake}`, key: system.publicKey, origin: system.relay });
    await going.goesOn(60);

    const early = await clockOf(system);
    expect(early).toBeGreaterThan(noon() - 1);
    set(-3_600);
    await until("the collector's clock to be behind", async () => ((await clockOf(system)) < early ? true : null));
    await going.goesOn(60);
    await untilStored(system, going.acknowledged.slice(0, 60));

    // Back to the right time, killed, and an hour back again before the next start: what is on disk is from the future.
    set(0);
    await going.goesOn(30);
    for (const part of ["collector", "relay"] as const) await system.process(part).stop("SIGKILL");
    set(-3_600);
    for (const part of ["collector", "relay"] as const) system.launch(part);
    for (const part of ["collector", "relay"] as const) await system.ready(part);
    expect(await clockOf(system)).toBeLessThan(early);
    await going.goesOn(60);
    await going.finish();

    await expectExactly(system, going.acknowledged, true);
    for (const part of ["relay", "collector"] as const) {
      expect((await healthOf(system, part)).journal).toMatchObject({ damage: [], dropped: 0 });
    }
    await expectKnownVisitors(system);
  });

  test("locks nobody out that has used up the allowance of a minute", async ({ skip }) => {
    need(faketime().missing, skip);
    const { system, set } = await clocked({ requestsPerMinute: 120 });
    const { acknowledged, refusal } = await sendUntilRefused(system, "hasty", 0);
    expect(refusal.status).toBe(429);
    expect(refusal.retryAfter).toBeGreaterThan(0);
    expect(refusal.retryAfter).toBeLessThan(60);
    set(-3_600);
    // Two a second are granted: by a clock that waits for the hour to pass, it would be none.
    const after = await deliver(system, 12);
    await expectExactly(system, [...acknowledged, ...after]);
  });
});

/** Each of the load's four visitors is one, on whichever side of the jump it came: the salts of the day were at hand. */
async function expectKnownVisitors(system: System): Promise<void> {
  await until("four visitors", async () => {
    const days = [-1, 0, 1].map((day) => new Date(noon() + day * 86_400_000).toISOString().slice(0, 10));
    const { numbers } = await system.ask<{ numbers: { visitors: number } }>(
      `/sites/${system.site}/summary?from=${days[0]}&to=${days[2]}`,
    );
    return numbers.visitors === 4 ? true : null;
  });
}
