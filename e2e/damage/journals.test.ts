import { afterAll, beforeAll, describe, test } from "vitest";
import { full, seed } from "../kit/effort.js";
import * as harm from "./harm.js";
import { verify } from "./health.js";
import { random } from "./random.js";
import { expectRecovery } from "./recovery.js";
import { journals, killedSystem, type Scene } from "./scene.js";

let scene: Scene;
beforeAll(async () => {
  scene = await killedSystem();
});
afterAll(() => scene?.remove());

const cuts = [0, 1, 4, 39, 40, 41, 76, -1];
const cases: readonly (readonly [string, harm.Harm, times: number])[] = [
  ["cut at any byte", harm.cutAnywhere, full ? 20 : 1],
  ...cuts
    .filter((_, index) => full || index === seed % cuts.length)
    .map((offset) => [`cut at ${offset} bytes of a record`, harm.cutAt(offset), full ? 2 : 1] as const),
  ["with a flipped bit", harm.flip(1), full ? 8 : 0],
  ["with 40 flipped bits", harm.flip(40), full ? 8 : 1],
  ["with an empty block", harm.zeroBlock, full ? 8 : 1],
  ["with garbage behind its end", harm.garbage, full ? 5 : 1],
  ["with a part of it behind its end", harm.repeated, full ? 5 : 0],
  ["without one of its later segments", harm.removed, full ? 4 : 0],
  ["without its oldest segment", harm.removedOldest, full ? 1 : 0],
  ["with a segment that is no file", harm.noFile, full ? 4 : 0],
];

describe("journals of relay and collector", () => {
  for (const [what, inflicted, times] of cases) {
    for (let time = 1; time <= times; time++) {
      test(`${what} (${time}): all undamaged records arrive once, and the rest is reported`, async () => {
        const { system } = scene;
        const folders = journals(system.folder);
        scene.restore();
        const dice = random(seed * 1000 + time);
        const relay = harm.inflict(inflicted, folders.relay, dice);
        const collector = harm.inflict(inflicted, folders.collector, dice);
        const seen = inflicted !== harm.removedOldest;
        await expectRecovery(scene, { relay, collector, seen, verified: await verify(system) });
      });
    }
  }
});
