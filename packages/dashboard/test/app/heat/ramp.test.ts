import { describe, expect, test } from "vitest";
import { colourAt, onDark, onLight, type Ramp, toRgb } from "../../../src/app/heat/ramp.js";

/** Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(ramp: Ramp, index: number): number {
  const [r = 0, g = 0, b = 0] = [0, 1, 2].map((channel) => {
    const value = (ramp[index * 3 + channel] ?? 0) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe("ramp", () => {
  test("goes one way in lightness, so that its order needs no hue", () => {
    for (let i = 8; i < 256; i += 8) {
      expect(luminance(onLight, i)).toBeLessThan(luminance(onLight, i - 8));
      expect(luminance(onDark, i)).toBeGreaterThan(luminance(onDark, i - 8));
    }
  });

  test("spans most of the range between its ends", () => {
    expect(luminance(onLight, 0) / luminance(onLight, 255)).toBeGreaterThan(20);
    expect(luminance(onDark, 255) / luminance(onDark, 0)).toBeGreaterThan(15);
  });

  test("bounds what it is asked for", () => {
    expect(colourAt(onLight, -1)).toBe(colourAt(onLight, 0));
    expect(colourAt(onLight, 7)).toBe(colourAt(onLight, 1));
    expect(colourAt(onLight, Number.NaN)).toMatch(/^rgb\(/);
  });
});

describe("toRgb", () => {
  test("agrees with the published values of OKLCH", () => {
    expect(toRgb([1, 0, 0])).toEqual([255, 255, 255]);
    expect(toRgb([0, 0, 0])).toEqual([0, 0, 0]);
    expect(toRgb([0.627955, 0.257683, 29.2339])).toEqual([255, 0, 0]);
    expect(toRgb([0.86644, 0.294827, 142.4953])).toEqual([0, 255, 0]);
  });
});
