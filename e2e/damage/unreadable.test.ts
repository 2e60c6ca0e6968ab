import { readdirSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { seed } from "../kit/effort.js";
import { forbidden, inflict } from "./harm.js";
import { verify } from "./health.js";
import { isothermPlainly, need, permissions } from "./powers.js";
import { random } from "./random.js";
import { expectRecovery } from "./recovery.js";
import { journals, killedSystem } from "./scene.js";

describe("a journal that may not be read", () => {
  test("a segment without the right to be read is set aside by name, and all others arrive", async ({ skip }) => {
    need(permissions(), skip);
    const scene = await killedSystem({ plainly: true });
    onTestFinished(scene.remove);
    const { system } = scene;
    const folders = journals(system.folder);
    const dice = random(seed);
    const relay = inflict(forbidden, folders.relay, dice);
    const collector = inflict(forbidden, folders.collector, dice);
    expect(Math.min(relay.ids.size, collector.ids.size)).toBeGreaterThan(0);
    await expectRecovery(scene, { relay, collector, verified: await verify(system, isothermPlainly) });
    for (const folder of [folders.relay, folders.collector]) {
      expect(readdirSync(folder).filter((name) => name.endsWith(".segment.unreadable"))).toHaveLength(1);
    }
  });
});
