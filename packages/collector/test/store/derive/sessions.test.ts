import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Piece } from "../../../src/store/derive/piece.js";
import { sessionsOf } from "../../../src/store/derive/sessions.js";

const minute = 60_000;
const hour = 60 * minute;
let made = 0;

/** A piece of one click at `at`; without activity where `first` is null. */
const pieceOf = (at: number, overrides: Partial<Piece> = {}): Piece => ({
  ...{ order: String(made++).padStart(6, "0"), visitor: "v", user: null, at, until: at, first: at, last: at },
  ...{ page: "/", title: null, view: "p1", bucket: 1_280, day: 0, viewed: null, views: 0, clicks: 1, events: 0 },
  ...{ breaks: 0, engaged: 0, depth: null, width: 1_280, height: 4_000, fold: 720, ...overrides },
});
const pageView = (at: number, page: string, overrides: Partial<Piece> = {}): Piece =>
  pieceOf(at, { page, view: `view of ${page}`, viewed: at, views: 1, clicks: 0, ...overrides });
const passive = (at: number, overrides: Partial<Piece> = {}): Piece =>
  pieceOf(at, { first: null, last: null, clicks: 0, ...overrides });

describe("sessionsOf", () => {
  test("holds together gaps of 30 minutes, and parts longer ones", () => {
    expect(sessionsOf([pieceOf(0), pieceOf(30 * minute)])).toHaveLength(1);
    expect(sessionsOf([pieceOf(0), pieceOf(30 * minute + 1)])).toHaveLength(2);
  });

  test("measures the gap from the last activity, not from the last batch's start", () => {
    const long = pieceOf(0, { last: 20 * minute, until: 20 * minute });
    expect(sessionsOf([long, pieceOf(5 * minute), pieceOf(49 * minute)])).toHaveLength(1);
  });

  test("lets a late batch bridge two visits", () => {
    const [a, b] = [pieceOf(0), pieceOf(50 * minute)];
    expect(sessionsOf([b, a])).toHaveLength(2);
    expect(sessionsOf([b, a, pieceOf(25 * minute)])).toMatchObject([{ start: 0, end: 50 * minute, clicks: 3 }]);
  });

  test("ends a visit after 24 hours, however active it is", () => {
    const pieces = Array.from({ length: 60 }, (_, n) => pieceOf(n * 29 * minute));
    const sessions = sessionsOf(pieces);
    expect(sessions).toHaveLength(2);
    expect(sessions[0]?.end).toBeLessThan(24 * hour);
    expect(sessions[1]?.start).toBeGreaterThanOrEqual(24 * hour);
  });

  test("is not split at midnight, and counts for the visitor that it began with", () => {
    const sessions = sessionsOf([pieceOf(0, { visitor: "monday" }), pieceOf(minute, { visitor: "tuesday" })]);
    expect(sessions).toMatchObject([{ visitor: "monday", clicks: 2 }]);
  });

  test("opens no visit for what is no activity, and lets it join by its page view", () => {
    const click = pieceOf(0, { view: "p1" });
    const vital = passive(9 * hour, { view: "p1", engaged: 5 });
    expect(sessionsOf([vital])).toEqual([]);
    expect(sessionsOf([vital, click])).toMatchObject([{ start: 0, end: 0, seen: 9 * hour, engaged: 5 }]);
    expect(sessionsOf([passive(1, { view: "other" }), click])[0]?.pieces).toEqual([click]);
  });

  test("gives what is no activity to the latest visit of its page view that had begun", () => {
    const visits = [pieceOf(0), pieceOf(2 * hour)];
    const [first, second] = sessionsOf([...visits, passive(hour, { engaged: 1 }), passive(3 * hour, { engaged: 2 })]);
    expect([first?.engaged, second?.engaged]).toEqual([1, 2]);
    expect(sessionsOf([...visits, passive(-hour, { engaged: 4 })])[0]?.engaged).toBe(4);
  });

  test("counts a resumed page as a visit, but not as a page view", () => {
    const [, resumed] = sessionsOf([pageView(0, "/a"), pieceOf(hour, { view: "resumed", page: "/a" })]);
    expect(resumed).toMatchObject({ pageViews: 0, bounce: false, entry: "/a", exit: "/a" });
  });

  test("calls one page view a bounce unless something ended it", () => {
    const bounce = [pageView(0, "/a"), pieceOf(minute, { page: "/a" })];
    expect(sessionsOf(bounce)).toMatchObject([{ bounce: true, duration: 0, end: minute }]);
    const goal = pieceOf(2 * minute, { breaks: 1, events: 1, clicks: 0 });
    expect(sessionsOf([...bounce, goal])).toMatchObject([{ bounce: false, duration: 2 * minute }]);
    expect(sessionsOf([...bounce, pageView(minute, "/b")])).toMatchObject([{ bounce: false, duration: minute }]);
  });

  test("takes the first and the last page view for entry and exit", () => {
    const pieces = [
      pageView(2, "/b"),
      pieceOf(9, { page: "/b" }),
      pageView(1, "/a"),
      pageView(3, "/c"),
      pieceOf(8, { page: "/b" }),
    ];
    expect(sessionsOf(pieces)).toMatchObject([{ entry: "/a", exit: "/c", pageViews: 3 }]);
  });

  test("keeps one row for each page view, with its deepest scroll and its last size", () => {
    const [session] = sessionsOf([
      passive(3, { view: "view of /a", page: "/a", depth: 700, engaged: 10, height: 5_000 }),
      pageView(1, "/a", { depth: 200, title: "A", height: 4_000 }),
      passive(2, { view: "view of /a", page: "/a", engaged: 5 }),
    ]);
    expect(session?.views).toEqual([
      expect.objectContaining({ page: "/a", title: "A", at: 1, views: 1, depth: 700, engaged: 15, height: 5_000 }),
    ]);
    expect(session?.engaged).toBe(15);
  });

  test("takes the user that was identified last", () => {
    const pieces = [pieceOf(0), pieceOf(1, { user: "ada" }), pieceOf(2, { user: "bob" }), pieceOf(3)];
    expect(sessionsOf(pieces)).toMatchObject([{ user: "bob" }]);
  });

  test("does not depend on the order of what it is given", () => {
    const pieces = fc.array(
      fc.record({ at: fc.integer({ min: 0, max: 5 * hour }), view: fc.constantFrom("a", "b"), active: fc.boolean() }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(
        pieces
          .map((all) => all.map(({ at, view, active }) => (active ? pieceOf(at, { view }) : passive(at, { view }))))
          .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([straight, shuffled]) => {
          expect(sessionsOf(shuffled)).toEqual(sessionsOf(straight));
        },
      ),
    );
  });
});
