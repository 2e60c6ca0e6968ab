import type { Event, HeatKind } from "@isotherm/protocol";
import { fixtures } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { type Bench, bench } from "../../sqlite/bench.js";
import { visitOf } from "../../visit.js";

const start = Date.UTC(2026, 10, 21, 8);
const query = { site: "shop", range: { from: "2026-11-21", to: "2026-11-21" }, filters: [], now: start };
const heat = (store: Bench, kind: HeatKind, rest = {}) =>
  store.read.heatmap({ ...query, page: "/", kind, bucket: null, ...rest });
const click = (overrides: Partial<Event & { type: "click" }>): Event => ({
  ...fixtures.click,
  t: 1,
  rage: false,
  ...overrides,
});

let visitors = 0;
/** A visit of one page with these events. */
const visit = (events: readonly Event[], page = {}) =>
  visitOf({
    visitor: `visitor-${visitors++}`,
    at: start,
    events,
    page: { vw: 1_280, dw: 1_280, dh: 4_000, vh: 700, ...page },
  });

describe("heatmap", () => {
  test("counts page views per width class, and draws the most common one when asked to", () => {
    using store = bench();
    store.project(visit([click({ n: 0, el: "#a a" })], { vw: 400 }));
    for (let n = 0; n < 2; n++) store.project(visit([click({ n: 0, el: "#b b" })], { vw: 1_300 }));
    const widths = [
      { bucket: 0, views: 1 },
      { bucket: 1_280, views: 2 },
    ];
    expect(heat(store, "click")).toMatchObject({ bucket: null, widths, views: 3, count: 3 });
    expect(heat(store, "click", { bucket: 0 })).toMatchObject({ bucket: 0, widths, views: 1, count: 1 });
    expect(heat(store, "click", { bucket: "common" })).toMatchObject({ bucket: 1_280, widths, views: 2, count: 2 });
    expect(heat(store, "click", { bucket: "common", page: "/none" })).toMatchObject({
      bucket: null,
      widths: [],
      count: 0,
    });
    // Of two that are equally common, the narrower.
    store.project(visit([], { vw: 400 }));
    expect(heat(store, "click", { bucket: "common" })).toMatchObject({ bucket: 0, views: 2 });
  });

  test("stands beside that of other days, in the same width", () => {
    using store = bench();
    const compare = { from: "2026-11-14", to: "2026-11-14" };
    const press = (x: number, vw: number, daysAgo = 0) =>
      visitOf({
        ...{ visitor: `visitor-${visitors++}`, at: start - daysAgo * 86_400_000 },
        events: [click({ n: 0, el: "#a a", x, y: 0 })],
        page: { vw, dw: 1_280, dh: 4_000, vh: 700 },
      });
    for (const batches of [press(0, 1_300), press(640, 1_300, 7), press(640, 400, 7), press(640, 400, 7)])
      store.project(batches);
    const alone = heat(store, "click", { bucket: "common" });
    expect(alone).toMatchObject({ bucket: 1_280, count: 1, cells: [[0, 0, 1]] });
    expect(alone).not.toHaveProperty("comparison");
    const both = heat(store, "click", { bucket: "common", compare });
    const { asOf: _asOf, ...then } = heat(store, "click", { bucket: 1_280, range: compare });
    expect(then).toMatchObject({ period: compare, bucket: 1_280, count: 1, cells: [[64, 0, 1]] });
    expect(both).toEqual({ ...alone, comparison: then });
    expect(heat(store, "click", { compare }).comparison).toMatchObject({ bucket: null, count: 3, views: 3 });
    // Also where a filter has it drawn anew.
    const filters = [["is", "page", ["/"]]];
    expect(heat(store, "click", { bucket: "common", compare, filters }).comparison).toMatchObject(then);
    // Where the days asked for have no width, the other days choose theirs.
    const none = { from: "2026-11-20", to: "2026-11-20" };
    expect(heat(store, "click", { bucket: "common", range: none, compare })).toMatchObject({
      ...{ bucket: null, count: 0, comparison: { bucket: 0, count: 2 } },
    });
  });

  test("places a click in its element and on the page, at the edges too", () => {
    using store = bench();
    store.project(
      visit([
        click({ n: 0, el: "#a a", ex: 0, ey: 32_767, x: 0, y: 0 }),
        click({ n: 1, el: "#a a", ex: 511, ey: 32_256, x: 9, y: 15 }),
        click({ n: 2, el: "#a a", ex: 512, ey: 0, x: 1_280, y: 16 }),
        click({ n: 3, el: "#b b", ex: 16_384, ey: 16_384, x: 640, y: 50, fixed: true }),
      ]),
    );
    expect(heat(store, "click")).toMatchObject({
      count: 4,
      views: 1,
      size: { width: 1_280, height: 4_000, fold: 700 },
      cells: [
        [0, 0, 2],
        [127, 1, 1],
      ],
      fixedCells: [[64, 3, 1]],
      elements: [
        {
          anchor: "#a a",
          count: 3,
          fixed: false,
          cells: [
            [1, 0, 1],
            [0, 63, 2],
          ],
          at: [
            [0, 0, 2],
            [127, 1, 1],
          ],
        },
        { anchor: "#b b", count: 1, fixed: true, cells: [[32, 32, 1]], at: [[64, 3, 1]] },
      ],
    });
  });

  test("tells rage and dead clicks of each element, and draws them alone", () => {
    using store = bench();
    store.project(
      visit([
        click({ n: 0, el: "#a a" }),
        click({ n: 1, el: "#a a", rage: true }),
        click({ n: 2, el: "#b b" }),
        { type: "dead", t: 9, of: 2 },
      ]),
    );
    expect(heat(store, "click").elements).toMatchObject([
      { anchor: "#a a", count: 2, rage: 1, dead: 0 },
      { anchor: "#b b", count: 1, rage: 0, dead: 1 },
    ]);
    expect(heat(store, "rage")).toMatchObject({ count: 1, elements: [{ anchor: "#a a", count: 1, rage: 1, dead: 0 }] });
    expect(heat(store, "dead")).toMatchObject({ count: 1, elements: [{ anchor: "#b b", count: 1, dead: 1 }] });
  });

  test("draws every point of a trail", () => {
    using store = bench();
    store.project(visit([{ type: "move", t: 1, path: [0, 0, 50, 10, 16, 50, -10, -16, 50, 5_000, 0] }]));
    expect(heat(store, "move")).toMatchObject({
      count: 4,
      cells: [
        [0, 0, 2],
        [127, 0, 1],
        [1, 1, 1],
      ],
      elements: [],
    });
  });

  test("adds up the time in view per band", () => {
    using store = bench();
    const attention = (bands: readonly (readonly [number, number])[]): Event => ({
      type: "attention",
      t: 1,
      bands,
      engaged: 5,
    });
    store.project([
      ...visit([
        attention([
          [0, 100],
          [2, 50],
        ]),
      ]),
      ...visit([attention([[2, 25.4]])]),
      ...visit([]),
    ]);
    expect(heat(store, "attention")).toMatchObject({ count: 2, views: 3, bands: [100, 0, 75] });
  });

  test("tells which share reached each per cent of the page", () => {
    using store = bench();
    const scroll = (max: number): Event => ({ type: "scroll", t: 1, path: [0], max });
    store.project([250, 500, 1_000].flatMap((max) => visit([scroll(max)])).concat(visit([])));
    const { bands, count, views, cells } = heat(store, "scroll");
    expect([count, views, cells]).toEqual([3, 4, []]);
    expect(bands).toHaveLength(101);
    expect([0, 25, 26, 50, 51, 100].map((percent) => Number(bands[percent]?.toFixed(3)))).toEqual([
      1, 1, 0.667, 0.667, 0.333, 0.333,
    ]);
  });

  test("keeps width classes, pages and days apart, and adds classes up on demand", () => {
    using store = bench();
    store.project([
      ...visit([click({ n: 0 })], { vw: 1_280 }),
      ...visit([click({ n: 0 })], { vw: 400 }),
      ...visitOf({ visitor: "x", at: start, pages: ["/other"], events: [click({ n: 0 })] }),
      ...visitOf({ visitor: "y", at: start - 86_400_000, events: [click({ n: 0 })] }),
    ]);
    expect([null, 0, 480, 1_280].map((bucket) => heat(store, "click", { bucket }).count)).toEqual([2, 1, 0, 1]);
    expect(heat(store, "click", { page: "/other" }).count).toBe(1);
    expect(heat(store, "click", { page: "/never seen" })).toMatchObject({ count: 0, views: 0, elements: [] });
    expect(heat(store, "click", { range: { from: "2026-11-20", to: "2026-11-21" } }).count).toBe(3);
  });

  test("takes only the visits that fit", () => {
    using store = bench();
    store.project([
      ...visitOf({ visitor: "f", at: start, events: [click({ n: 0, el: "#f f" })], edge: { country: "FR" } }),
      ...visitOf({
        visitor: "d",
        at: start,
        events: [click({ n: 0, el: "#d d" }), { type: "dead", t: 5, of: 0 }],
        edge: { country: "DE" },
      }),
    ]);
    expect(heat(store, "click", { filters: [["is", "country", ["DE"]]] })).toMatchObject({
      ...{ count: 1, views: 1, elements: [{ anchor: "#d d", dead: 1 }] },
    });
    expect(heat(store, "dead", { filters: [["is", "country", ["FR"]]] }).count).toBe(0);
  });

  test("folds parts as they come, and loses nothing by it", () => {
    using store = bench();
    for (let n = 0; n < 300; n++) store.project(visit([click({ n: 0, el: `#e${n % 7} e`, ex: (n * 997) % 32_768 })]));
    const connection = store.database.connect("read");
    const parts = connection.all<{ level: number; from_raw: number; to_raw: number }>(
      "SELECT level, from_raw, to_raw FROM heat_parts WHERE kind = 'click' ORDER BY from_raw",
    );
    connection.close();
    expect(parts.length).toBeLessThan(32);
    for (const [index, { from_raw }] of parts.entries())
      expect(from_raw).toBeGreaterThan(parts[index - 1]?.to_raw ?? 0);
    const { count, elements } = heat(store, "click");
    expect(count).toBe(300);
    expect(elements.reduce((sum, element) => sum + element.count, 0)).toBe(300);
    expect(heat(store, "click", { filters: [["is_not", "source", ["nowhere"]]] })).toEqual(heat(store, "click"));
  });
});
