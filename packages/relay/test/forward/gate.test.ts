import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Gate, gate } from "../../src/forward/gate.js";

const setUp = (): { door: Gate; clock: { now: number } } => {
  const clock = { now: 0 };
  return { door: gate({ firstMs: 100, maxMs: 10_000, random: () => 0.5, clock: () => clock.now }), clock };
};
const enter = (door: Gate): boolean => {
  const { passable } = door;
  if (passable) door.enter();
  return passable;
};
const wait = (door: Gate): number => (door.state.state === "waiting" ? door.state.until : 0);

describe("gate", () => {
  test("lets everything through until several failures in a row, then one at a time", () => {
    const { door, clock } = setUp();
    for (let i = 0; i < 4; i++) {
      door.failed("500");
      expect(enter(door)).toBe(true);
    }
    door.failed("500");
    expect(enter(door)).toBe(false);
    clock.now = wait(door);
    expect([enter(door), enter(door)]).toEqual([true, false]);
    door.failed("500");
    expect(door.state).toMatchObject({ state: "waiting", reason: "500", stopped: false });
    clock.now = wait(door);
    expect(enter(door)).toBe(true);
    door.succeeded();
    expect([enter(door), enter(door), door.failures]).toEqual([true, true, 0]);
  });

  test("waits as long as the target says, from the first time on", () => {
    const { door, clock } = setUp();
    door.failed("429", 7_000);
    expect(wait(door)).toBe(7_000);
    door.failed("429", 3_000);
    expect(wait(door)).toBe(7_000);
    clock.now = 6_999;
    expect(enter(door)).toBe(false);
    clock.now = 7_000;
    expect(enter(door)).toBe(true);
  });

  test("stays stopped whatever older requests come to, until a probe goes well", () => {
    const { door, clock } = setUp();
    door.stopped("401");
    for (let i = 0; i < 9; i++) door.failed("500");
    expect(door.state).toMatchObject({ state: "waiting", reason: "401", stopped: true });
    clock.now = wait(door);
    expect(enter(door)).toBe(true);
    expect(door.state).toMatchObject({ state: "probing", stopped: true });
    door.succeeded();
    expect(door.state).toEqual({ state: "open" });
  });

  test("probes a stopped target ever more slowly, up to the longest pause", () => {
    const { door, clock } = setUp();
    let before = 0;
    for (let i = 0; i < 20; i++) {
      door.stopped("401");
      const pause = wait(door) - clock.now;
      expect(pause).toBeGreaterThanOrEqual(before);
      expect(pause).toBeLessThanOrEqual(10_000);
      before = pause;
      clock.now = wait(door);
      expect(enter(door)).toBe(true);
    }
    expect(before).toBeGreaterThanOrEqual(5_000);
  });

  test("never lets a second request through before the first probe is back", () => {
    const step = fc.constantFrom("enter", "failed", "stopped", "later");
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const { door, clock } = setUp();
        for (const it of steps) {
          if (it === "failed") door.failed("500");
          else if (it === "stopped") door.stopped("401");
          else if (it === "later") clock.now += 3_000;
          else {
            const { state } = door.state;
            const entered = enter(door);
            if (state === "probing") expect(entered).toBe(false);
            if (state === "open") expect(entered).toBe(true);
          }
        }
      }),
    );
  });
});
