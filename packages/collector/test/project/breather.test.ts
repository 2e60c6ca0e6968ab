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
  expect(await now(breath.waited())).toBe(false);
  await vi.advanceTimersByTimeAsync(30);
  const second = breath.waited();
  await vi.advanceTimersByTimeAsync(69);
  expect(await now(second)).toBe("waiting");
  await vi.advanceTimersByTimeAsync(1);
  expect(await now(second)).toBe(true);
  expect(await now(breath.waited())).toBe(false);
});

test("a turn after a longer pause waits for nothing", async () => {
  const breath = breather(100);
  await breath.waited();
  await vi.advanceTimersByTimeAsync(100);
  expect(await now(breath.waited())).toBe(false);
});

test("nobody waits while somebody is in a hurry, and again afterwards", async () => {
  const breath = breather(100);
  await breath.waited();
  const waiting = breath.waited();
  expect(await now(waiting)).toBe("waiting");
  await breath.without(async () => {
    expect(await waiting).toBe(true);
    expect(await breath.waited()).toBe(false);
    expect(await breath.waited()).toBe(false);
  });
  expect(await now(breath.waited())).toBe("waiting");
});

test("its end ends the wait in hand", async () => {
  const breath = breather(100);
  await breath.waited();
  const waiting = breath.waited();
  breath.end();
  expect(await now(waiting)).toBe(true);
});
