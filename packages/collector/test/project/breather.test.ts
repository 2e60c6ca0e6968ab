import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { breather } from "../../src/project/breather.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

/** Whether it has resolved, and to what. */
async function now<Result>(promise: Promise<Result>): Promise<Result | "waiting"> {
  await vi.advanceTimersByTimeAsync(0);
  return Promise.race([promise, Promise.resolve("waiting" as const)]);
}

test("the first turn waits for nothing, and the next for what is left of the time between", async () => {
  const breath = breather(100);
  expect(await now(breath.took())).toBe(false);
  await vi.advanceTimersByTimeAsync(30);
  const second = breath.took();
  await vi.advanceTimersByTimeAsync(69);
  expect(await now(second)).toBe("waiting");
  await vi.advanceTimersByTimeAsync(1);
  expect(await now(second)).toBe(true);
  expect(await now(breath.took())).toBe(false);
});

test("a turn after a longer pause waits for nothing", async () => {
  const breath = breather(100);
  await breath.took();
  await vi.advanceTimersByTimeAsync(100);
  expect(await now(breath.took())).toBe(false);
});

test("nobody waits while somebody is in a hurry, and again afterwards", async () => {
  const breath = breather(100);
  await breath.took();
  const waiting = breath.took();
  expect(await now(waiting)).toBe("waiting");
  await breath.without(async () => {
    expect(await waiting).toBe(true);
    expect(await breath.took()).toBe(false);
    expect(await breath.took()).toBe(false);
  });
  expect(await now(breath.took())).toBe("waiting");
});

test("its end ends the wait in hand", async () => {
  const breath = breather(100);
  await breath.took();
  const waiting = breath.took();
  breath.end();
  expect(await now(waiting)).toBe(true);
});
