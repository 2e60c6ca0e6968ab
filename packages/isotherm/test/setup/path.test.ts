import { describe, expect, test } from "vitest";
import { randomPath } from "../../src/setup/path.js";

describe("randomPath", () => {
  test("is 8 letters and digits, the first a letter, without a vowel or three letters in a row", () => {
    for (let i = 0; i < 2_000; i++) {
      const path = randomPath();
      expect(path).toMatch(/^\/[a-z][a-z0-9]{7}$/);
      expect(path).not.toMatch(/[aeiouy]|[a-z]{3}/);
    }
  });

  test("hardly ever comes twice", () => {
    expect(new Set(Array.from({ length: 2_000 }, () => randomPath())).size).toBeGreaterThan(1_995);
  });
});
