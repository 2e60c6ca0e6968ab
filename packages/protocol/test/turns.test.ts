import { turns } from "@isotherm/protocol";
import { describe, expect, test } from "vitest";

describe("turns", () => {
  test("are given to so many in a while, of each name apart", () => {
    const clock = { now: 1_000 };
    const asked = turns({ most: 2, every: 100, now: () => clock.now });
    expect([asked.take("a"), asked.take("a"), asked.take("a"), asked.take("b")]).toEqual([true, true, false, true]);
    clock.now += 99;
    expect(asked.take("a")).toBe(false);
    clock.now += 1;
    expect(asked.take("a")).toBe(true);
  });

  test("begin anew when the clock is set back", () => {
    const clock = { now: 1_000 };
    const asked = turns({ most: 1, every: 100, now: () => clock.now });
    asked.take("a");
    clock.now = 500;
    expect(asked.take("a")).toBe(true);
    expect(asked.take("a")).toBe(false);
  });
});
