import type { HeatElement } from "@isotherm/protocol";
import { describe, expect, test } from "vitest";
import { layer } from "../../../src/app/heat/layer.js";
import { boxAround, wires } from "../../../src/app/heat/wires.js";

const page = layer([], { width: 1280, height: 4200 });
const element = (at: HeatElement["at"], fixed: boolean = false): HeatElement => ({
  anchor: "#a",
  at,
  fixed,
  count: 1,
  rage: 0,
  dead: 0,
  cells: [],
});

describe("boxAround", () => {
  test("holds every cell whole", () => {
    expect(
      boxAround(page, [
        [10, 5, 1],
        [12, 9, 1],
      ]),
    ).toEqual({ left: 100, top: 80, width: 30, height: 80 });
    expect(boxAround(page, [])).toBeNull();
  });
});

describe("wires", () => {
  test("outlines elements and leaves backgrounds and what does not scroll", () => {
    const card = element([
      [10, 5, 1],
      [12, 9, 1],
    ]);
    const background = element([
      [0, 5, 1],
      [120, 9, 1],
    ]);
    const moved = element([
      [10, 5, 1],
      [10, 200, 1],
    ]);
    const header = element([[10, 1, 1]], true);
    expect(wires(page, [card, background, moved, header])).toEqual([{ left: 100, top: 80, width: 30, height: 80 }]);
  });
});
