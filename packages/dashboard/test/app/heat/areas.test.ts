import { describe, expect, test } from "vitest";
import { areas } from "../../../src/app/heat/areas.js";
import { layer } from "../../../src/app/heat/layer.js";

describe("areas", () => {
  test("ranks thirds of bands by what lies in them", () => {
    const page = layer(
      [
        [3, 0, 5],
        [40, 5, 6],
        [64, 20, 40],
        [127, 99, 9],
      ],
      { width: 1280, height: 1590 },
    );
    expect(areas(page).map(({ side, top, bottom, count }) => ({ side, top, bottom, count }))).toEqual([
      { side: "middle", top: 200, bottom: 400, count: 40 },
      { side: "left", top: 0, bottom: 200, count: 11 },
      { side: "right", top: 1400, bottom: 1590, count: 9 },
    ]);
  });

  test("names no more than asked", () => {
    const page = layer(
      Array.from({ length: 60 }, (_, i) => [i, i, i + 1] as const),
      { width: 1280, height: 1600 },
    );
    expect(areas(page, 100, 4)).toHaveLength(4);
  });
});
