import type { HeatElement, HeatmapAnswer } from "@isotherm/protocol";
import { describe, expect, test, vi } from "vitest";
import { type Backdrop, place } from "../../../src/app/heat/place.js";
import { known } from "../parts/collector.js";

const at = (left: number, top: number, width: number, height: number): Element => {
  const element = document.createElement("p");
  vi.spyOn(element, "getBoundingClientRect").mockReturnValue(new DOMRect(left, top, width, height));
  return element;
};
const backdrop = (elements: { readonly [anchor: string]: Element }, height = 4_200): Backdrop => ({
  ...{ find: (anchor) => elements[anchor], width: 1_280, height, fold: 720 },
});
const element = (overrides: Partial<HeatElement>): HeatElement => ({
  ...{ anchor: "#buy", count: 4, rage: 0, dead: 0, cells: [[32, 32, 4]], at: [[10, 10, 4]], fixed: false },
  ...overrides,
});
const answer = (...elements: readonly HeatElement[]): HeatmapAnswer => ({
  ...known().heatmap,
  ...{ size: { width: 1_280, height: 4_000, fold: 700 }, elements, fixedCells: [], cells: [[10, 10, 4]] },
});

describe("what was counted", () => {
  test("lies on its element where the picture has it, wherever that is by now", () => {
    const placed = place(answer(element({})), backdrop({ "#buy": at(640, 1_600, 100, 40) }));
    // The middle of the box is at 690.8, 1620.3: column 69 of 10 px, row 101 of 16 px.
    expect(placed.answer.cells).toEqual([[69, 101, 4]]);
    expect(placed.answer.elements[0]?.at).toEqual([[69, 101, 4]]);
    expect(placed.answer.size).toEqual({ width: 1_280, height: 4_200, fold: 720 });
    expect(placed).toMatchObject({ byElement: 4, byPosition: 0, notPlaced: 0 });
  });

  test("lies at its place on the page where its element is gone, or does not show", () => {
    const placed = place(answer(element({}), element({ anchor: "#gone" })), backdrop({ "#buy": at(0, 0, 0, 0) }));
    expect(placed.answer.cells).toEqual([[10, 10, 8]]);
    expect(placed).toMatchObject({ byElement: 0, byPosition: 8, notPlaced: 0 });
  });

  test("lies at its part of the height where the page has another height by now, and beyond its end nowhere", () => {
    const half = place(answer(element({ at: [[10, 100, 4]] })), backdrop({}, 2_000));
    expect(half.answer.cells).toEqual([[10, 50, 4]]);
    const beyond = place(answer(element({ at: [[10, 261, 4]] })), backdrop({}, 4_100));
    expect(beyond).toMatchObject({ byPosition: 0, notPlaced: 4 });
  });

  test("on what stays on screen lies on it, too, and else stays where it was in the window", () => {
    const chat = element({ anchor: "#chat", fixed: true });
    const shown = place(answer(chat), backdrop({ "#chat": at(1_200, 700, 60, 40) }));
    expect(shown.answer.cells).toEqual([[123, 45, 4]]);
    expect(shown.answer.fixedCells).toEqual([]);
    const gone = place(answer(chat), backdrop({}));
    expect(gone.answer.fixedCells).toEqual([[10, 10, 4]]);
    expect(gone.answer.elements).toEqual([chat]);
  });

  test("has no elements as a trail, and keeps its places", () => {
    expect(place(answer(), backdrop({})).answer.cells).toEqual([[10, 10, 4]]);
  });
});
