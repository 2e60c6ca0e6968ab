import { describe, expect, test } from "vitest";
import { recentIds } from "../src/recent-ids.js";

describe("recentIds", () => {
  test("remembers at least as many as asked for, and at most twice as many", () => {
    const ids = recentIds(100);
    for (let index = 0; index < 1234; index += 1) {
      ids.add(`id${index}`);
      const oldest = Math.max(0, index - 99);
      expect(ids.has(`id${index}`) && ids.has(`id${oldest}`)).toBe(true);
      if (index >= 200) expect(ids.has(`id${index - 200}`)).toBe(false);
    }
  });
});
