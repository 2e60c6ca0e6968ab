import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crc32c } from "../../src/file/crc32c.js";

describe("crc32c", () => {
  // RFC 3720, appendix B.4, and the common check value.
  test.each<[string, Uint8Array, number]>([
    ["nothing", new Uint8Array(0), 0],
    ["123456789", new TextEncoder().encode("123456789"), 0xe3069283],
    ["32 zeros", new Uint8Array(32), 0x8a9136aa],
    ["32 times ff", new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ["0 to 31", Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
    ["31 to 0", Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
  ])("is right for %s", (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  test("is that of the range alone, at any alignment", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(20), fc.nat(20), (bytes, before, after) => {
        const wide = new Uint8Array(before + bytes.length + after).fill(0x5a);
        wide.set(bytes, before);
        expect(crc32c(wide, before, before + bytes.length)).toBe(crc32c(bytes));
      }),
    );
  });

  test("changes with any single bit", () => {
    const bytes = new TextEncoder().encode("a batch of a page view");
    const whole = crc32c(bytes);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(crc32c(flipped)).not.toBe(whole);
    }
  });
});
