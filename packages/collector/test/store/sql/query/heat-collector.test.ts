import type { Event, SealedBatch } from "@isotherm/protocol";
import { fixtures } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { nameOf } from "../../../../src/intake/foreign/ids.js";
import { mostBatches } from "../../../../src/store/sql/query/heat-bytes.js";
import { heatPicture } from "../../../../src/store/sql/query/heat-collector/picture.js";
import { heatRows } from "../../../../src/store/sql/query/heat-collector/rows.js";
import { remembered } from "../../../../src/store/sql/query/remembered.js";
import { type Bench, bench } from "../../sqlite/bench.js";
import { visitOf } from "../../visit.js";

const at = Date.parse("2026-11-21T10:00:00Z");
const everything = { site: "shop", path: null, from: null, to: null, type: "all", limit: 1_000, offset: 0 } as const;
const clicked = (x: number, y: number): Event => ({ ...fixtures.click, t: 10, x, y });
const press = (visitor: string, vw: number, x: number, own: Partial<Parameters<typeof visitOf>[0]> = {}) =>
  visitOf({ visitor, at, events: [clicked(x, 100)], page: { vw, vh: 700, dw: vw, dh: 2_000 }, ...own });

const typesOf = (store: Bench, query: object = {}) =>
  store.read.heatRows({ ...everything, ...query }).events.map(({ type }) => type);

describe("heat-collector's events", () => {
  test("are made of our own, each point of a trail a row, and of people only", () => {
    using store = bench();
    const events: readonly Event[] = [
      clicked(5, 6),
      { type: "move", t: 100, path: [10, 20, 50, 3, -4, 50, 1, 1] },
      { type: "scroll", t: 200, path: [650], max: 675 },
      { type: "goal", t: 300, name: "order", value: 9 },
      { type: "attention", t: 400, bands: [[0, 5]], engaged: 5 },
    ];
    store.project(visitOf({ visitor: "a", user: "ann", at, events, page: { vw: 1_280, vh: 700, dh: 2_000 } }));
    const robot = { ua: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)" };
    store.project(visitOf({ visitor: "b", at, edge: robot }));
    const { total, events: rows } = store.read.heatRows(everything);
    expect(rows.map(({ type, ts, x, y, scrollDepth }) => [type, ts - at, x, y, scrollDepth])).toEqual([
      ["pageview", 0, null, null, null],
      ["click", 10, 5, 6, null],
      ["move", 100, 10, 20, null],
      ["move", 150, 13, 16, null],
      ["move", 200, 14, 17, null],
      ["scroll", 200, null, null, 50],
      ["custom", 300, null, null, null],
    ]);
    expect(total).toBe(7);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(7);
    expect(rows.at(-1)).toMatchObject({ projectId: "shop", userId: "ann", path: "/", selector: null });
    expect(JSON.parse(rows.at(-1)?.metaJson ?? "").event).toEqual({ name: "order", value: 9 });
    const [visit] = store.read.heatSessions({ ...everything, user: null }).sessions;
    expect(rows.every(({ sessionId }) => sessionId === visit?.sessionId)).toBe(true);
    expect(
      store.read.heatSession({ sites: ["shop"], id: visit?.sessionId ?? "", type: null, limit: 1, offset: 6 }),
    ).toMatchObject({
      total: 7,
      events: [{ type: "custom" }],
      session: { id: visit?.sessionId, userId: "ann" },
    });
  });

  test("of a path are those of its page, and with a query only those of that address", () => {
    using store = bench();
    store.project(visitOf({ visitor: "a", at, pages: ["/a/?x=1", "/a", "/a?x=2#y", "/b"] }));
    const paths = (path: string) => store.read.heatRows({ ...everything, path }).events.map((row) => row.path);
    expect(paths("/a")).toEqual(["/a/?x=1", "/a", "/a?x=2#y"]);
    expect(paths("/a?x=2#y")).toEqual(["/a?x=2#y"]);
    expect(paths("/c")).toEqual([]);
  });

  test("come in pages that hold each once, over midnight too", () => {
    using store = bench();
    const late = Date.parse("2026-11-21T22:59:30Z");
    store.project(visitOf({ visitor: "a", at: late, pages: ["/z", "/a", "/m"], events: [clicked(1, 1)] }));
    store.project(visitOf({ visitor: "b", at: late + 1, pages: ["/m", "/z"] }));
    const whole = store.read.heatRows(everything).events;
    expect(whole.map(({ ts }) => ts)).toEqual(whole.map(({ ts }) => ts).toSorted((a, b) => a - b));
    expect(whole).toHaveLength(6);
    const parts = [0, 2, 4].flatMap((offset) => store.read.heatRows({ ...everything, limit: 2, offset }).events);
    expect(parts).toEqual(whole);
    expect(typesOf(store, { from: late + 60_000 })).toEqual(["pageview", "pageview", "pageview"]);
    expect(typesOf(store, { to: late })).toEqual(["pageview"]);
  });

  test("are refused, not guessed, where there are more than may be gone through", () => {
    using store = bench();
    for (const visitor of ["a", "b", "c"]) store.project(press(visitor, 1_280, 5));
    const connection = store.database.connect("read");
    const reader = { connection, remembered: remembered(0), most: mostBatches, mostValues: 10 };
    expect(() => heatRows(reader, everything, { batches: 2, rows: 100 })).toThrow(/more than 2 batches/);
    expect(heatRows(reader, everything, { batches: 3, rows: 100 }).total).toBe(6);
    const asked = { ...everything, type: "click", resolution: 128, bucket: null } as const;
    expect(heatPicture(reader, asked, { batches: 2, rows: 100 }).meta).toMatchObject({
      total: 2,
      warning: expect.stringContaining("newest 2"),
    });
    expect(heatPicture(reader, asked, { batches: 3, rows: 100 }).meta).not.toHaveProperty("warning");
    reader.connection.close();
  });
});

describe("heat-collector's picture", () => {
  const picture = (store: Bench, bucket: string | null = null) =>
    store.read.heatPicture({ site: "shop", path: null, from: null, to: null, resolution: 100, bucket, type: "click" });

  test("draws other widths in proportion to the most common one, not over each other as they are", () => {
    using store = bench();
    store.project([...press("a", 1_200, 1_100), ...press("b", 1_200, 1_100), ...press("c", 400, 370)]);
    const { points, meta } = picture(store);
    expect(meta).toMatchObject({ bucket: "1200x700", viewport: { w: 1_200, h: 700 }, total: 3 });
    expect(points.toSorted((a, b) => a.x - b.x)).toEqual([
      { x: 1_098, y: 102, value: 2 },
      { x: 1_110, y: 102, value: 1 },
    ]);
  });

  test("is of one viewport alone where that is asked for", () => {
    using store = bench();
    store.project([...press("a", 1_200, 300), ...press("b", 400, 300)]);
    expect(picture(store, "400x700")).toMatchObject({
      meta: { bucket: "400x700", total: 1, plotted: 1 },
      points: [{ x: 302, value: 1 }],
    });
    expect(picture(store, "900x900").meta).toMatchObject({ total: 0, bucket: "900x900" });
  });
});

describe("heat-collector's sessions", () => {
  test("are found by the id that a foreign SDK gave them, within the sites that a key opens", () => {
    using store = bench();
    const [batch] = visitOf({ visitor: "a", at }) as [SealedBatch];
    store.project([{ ...batch, session: "s-9", tab: nameOf("tab", "shop", "s-9") }]);
    const find = (sites: readonly string[], id: string) =>
      store.read.heatSession({ sites, id, type: null, limit: 10, offset: 0 }).session?.id ?? null;
    expect(find(["shop"], "s-9")).toBe("s-9");
    const whole = store.read.heatSession({ sites: ["shop"], id: "s-9", type: null, limit: 10, offset: 0 });
    expect(whole.visitor).toBe("a");
    expect(find(["shop"], "s-8")).toBeNull();
    expect(find([], "s-9")).toBeNull();
    expect(store.read.heatSessions({ ...everything, user: null }).sessions).toMatchObject([{ sessionId: "s-9" }]);
  });

  test("a hint of our own SDK names no visit: its tabs have names of their own", () => {
    using store = bench();
    const [batch] = visitOf({ visitor: "a", at }) as [SealedBatch];
    store.project([{ ...batch, session: "s-9" }]);
    const [visit] = store.read.heatSessions({ ...everything, user: null }).sessions;
    expect(visit?.sessionId).toMatch(/^[0-9a-f]{32}$/);
  });
});
