import { uuidv7 } from "@isotherm/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const random = fc.uint8Array({ minLength: 10, maxLength: 10 });

describe("uuidv7", () => {
  test("has the layout, version and variant of RFC 9562", () => {
    fc.assert(
      fc.property(time, random, (now, bytes) => {
        expect(uuidv7(now, bytes)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }),
    );
  });

  test("equals the example of RFC 9562, A.6", () => {
    const rand = [0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f];
    expect(uuidv7(0x017f22e279b0, Uint8Array.from(rand))).toBe("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  });

  test("begins with its time, so that later ids sort later", () => {
    fc.assert(
      fc.property(time, time, random, random, (a, b, x, y) => {
        expect(Number.parseInt(uuidv7(a, x).replaceAll("-", "").slice(0, 12), 16)).toBe(a);
        if (a < b) expect(uuidv7(a, x) < uuidv7(b, y)).toBe(true);
      }),
    );
  });

  test("takes a fractional clock", () => {
    const bytes = new Uint8Array(10);
    expect(uuidv7(1_000.7, bytes)).toBe(uuidv7(1_000, bytes));
  });

  test("carries all 74 random bits and nothing else of them", () => {
    const bits = (bytes: Uint8Array): string => uuidv7(0, bytes);
    const zero = bits(new Uint8Array(10));
    const flips = Array.from({ length: 80 }, (_, bit) => {
      const bytes = new Uint8Array(10);
      bytes[bit >> 3] = 0x80 >> (bit & 7);
      return bits(bytes);
    });
    expect(flips.filter((id) => id !== zero).length).toBe(74);
    expect(new Set(flips).size).toBe(75);
  });

  test("is new each time", () => {
    expect(new Set(Array.from({ length: 1_000 }, () => uuidv7(0))).size).toBe(1_000);
    expect(Math.abs(Number.parseInt(uuidv7().replaceAll("-", "").slice(0, 12), 16) - Date.now())).toBeLessThan(60_000);
  });
});
