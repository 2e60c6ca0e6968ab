import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ExtendedSession, extendSession } from "../../../src/store/derive/extend-session.js";
import type { Piece } from "../../../src/store/derive/piece.js";
import { type Session, sessionsOf } from "../../../src/store/derive/sessions.js";

const minute = 60_000;

interface Drawn {
  readonly at: number;
  readonly lasts: number;
  readonly kind: "page" | "click" | "goal" | "passive";
  readonly view: string;
  readonly user: string | null;
  readonly title: string | null;
  readonly size: number;
}

// Few times, so that many are the same; some gaps longer than a visit's, and some visits longer than a day.
const times = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 12 }) },
  { weight: 4, arbitrary: fc.nat({ max: 12 }).map((n) => n * 10 * minute) },
  { weight: 1, arbitrary: fc.nat({ max: 60 }).map((n) => n * 29 * minute) },
);
const drawn: fc.Arbitrary<Drawn> = fc.record({
  at: times,
  lasts: fc.constantFrom(0, 0, 1, 5, 20 * minute),
  kind: fc.constantFrom("page", "click", "goal", "passive"),
  view: fc.constantFrom("a", "b", "c", "d"),
  user: fc.constantFrom(null, null, null, "ada", "bob"),
  title: fc.constantFrom(null, "One", "Two"),
  size: fc.nat({ max: 1_000 }),
});

const pieceOf = ({ at, lasts, kind, view, user, title, size }: Drawn, order: number): Piece => ({
  ...{ order: String(order), visitor: "v", user, at, until: at + lasts },
  // What has no activity may come before and after what has, in one piece.
  ...(kind === "passive"
    ? { first: null, last: null }
    : { first: at + Math.floor(((size % 3) * lasts) / 4), last: at + lasts - Math.floor(((size % 5) * lasts) / 8) }),
  ...{ page: `/${view}`, title, view, bucket: 1_280, day: Math.floor(at / 86_400_000) },
  ...(kind === "page" ? { viewed: at + (size % 3 === 0 ? lasts : 0), views: 1 } : { viewed: null, views: 0 }),
  ...{ clicks: kind === "click" ? 1 : 0, events: kind === "goal" ? 1 : 0, breaks: kind === "goal" ? 1 : 0 },
  ...{ engaged: size, depth: kind === "passive" ? size : null, width: size, height: size + 1, fold: size + 2 },
});

/** A visit and what comes then, some of it late. */
const histories = fc
  .tuple(fc.array(drawn, { minLength: 1, maxLength: 12 }), fc.array(drawn, { minLength: 1, maxLength: 3 }), fc.nat())
  .map(([before, after, seed]) => {
    const pieces = [...before, ...after].map((one, index) => pieceOf(one, (index * 7_919 + seed) % 1_000));
    return { old: pieces.slice(0, before.length), added: pieces.slice(before.length) };
  });

const extended = (known: Session, added: readonly Piece[]): ExtendedSession | null => {
  const from = Math.min(...added.map(({ at }) => at));
  const views = new Map(known.views.map((view) => [view.view, view]));
  return extendSession(
    { numbers: known, views, endingSince: known.pieces.filter(({ until }) => until >= from) },
    added,
  );
};

describe("extendSession", () => {
  test("makes of a visit and new pieces what deriving from all of them makes, or says that it cannot tell", () => {
    let told = 0;
    let asked = 0;
    fc.assert(
      fc.property(histories, ({ old, added }) => {
        const [known, ...further] = sessionsOf(sessionsOf(old)[0]?.pieces ?? []);
        if (!known || further.length > 0) return;
        asked++;
        const found = extended(known, added);
        if (!found) return;
        told++;
        const [whole, ...others] = sessionsOf([...known.pieces, ...added]);
        expect(others).toEqual([]);
        expect(whole?.pieces).toHaveLength(known.pieces.length + added.length);
        expect(whole?.first).toBe(known.first);
        expect(whole).toMatchObject(found.numbers);
        const touched = new Set(added.map(({ view }) => view));
        const views = whole?.views.filter(({ view }) => touched.has(view)) ?? [];
        expect(new Map(found.views.map((view) => [view.view, view]))).toEqual(
          new Map(views.map((view) => [view.view, view])),
        );
      }),
      { numRuns: 3_000 },
    );
    // Each of these is compared; that it can tell of the usual cases is said below.
    expect(told).toBeGreaterThan(asked / 6);
    expect(asked).toBeGreaterThan(2_000);
  });

  const page = pieceOf({ at: 0, lasts: 5, kind: "page", view: "a", user: null, title: "A", size: 0 }, 0);
  const click = (at: number, view = "a"): Piece =>
    pieceOf({ at, lasts: 0, kind: "click", view, user: null, title: null, size: 0 }, at);
  const passive = (at: number, view = "a"): Piece =>
    pieceOf({ at, lasts: 0, kind: "passive", view, user: null, title: null, size: 0 }, at);
  const [known] = sessionsOf([page]) as [Session];

  test.each([
    ["a click on the page", click(9), true],
    ["the next page in the moment that ends the last", pieceOf({ ...blank(5), kind: "page", view: "b" }, 1), true],
    ["a click after half an hour", click(5 + 30 * minute), true],
    ["a click later than that", click(6 + 30 * minute), false],
    ["a click before the visit", click(-1), false],
    ["a click in the moment that it begins with", click(0), false],
    ["what is no activity, hours later, on its page", passive(9 * 60 * minute), true],
    ["what is no activity on a page that it never saw", passive(9, "b"), false],
  ] as const)("tells of %s or not", (_, piece, tells) => {
    expect(extended(known, [piece]) !== null).toBe(tells);
  });

  test("does not go on after 24 hours, however active the visit is", () => {
    const [long] = sessionsOf([page, ...Array.from({ length: 49 }, (_, n) => click((n + 1) * 29 * minute))]) as [
      Session,
    ];
    expect(extended(long, [click(24 * 60 * minute - 1)])).not.toBeNull();
    expect(extended(long, [click(24 * 60 * minute)])).toBeNull();
  });
});

function blank(at: number): Drawn {
  return { at, lasts: 0, kind: "click", view: "a", user: null, title: null, size: 0 };
}
