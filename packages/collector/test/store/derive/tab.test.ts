import { horizon } from "@isotherm/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { holds, sizeOf, withNumber } from "../../../src/store/derive/seq-ranges.js";
import {
  deliveryOf,
  keptFrom,
  newTab,
  readTab,
  type Tab,
  tabText,
  withBatch,
  withDuplicate,
  withGone,
  withoutBatch,
  withRefused,
} from "../../../src/store/derive/tab.js";

describe("ranges", () => {
  test("hold the numbers that they were given, whatever the order", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40 })), (numbers) => {
        const ranges = numbers.reduce(withNumber, []);
        const set = new Set(numbers);
        expect(sizeOf(ranges)).toBe(set.size);
        for (let n = 0; n <= 41; n++) expect(holds(ranges, n)).toBe(set.has(n));
        for (const [index, [from]] of ranges.entries()) {
          expect(from).toBeGreaterThan((ranges[index - 1]?.[1] ?? -3) + 1);
        }
      }),
    );
  });
});

const batches = (...seqs: readonly number[]): Tab =>
  seqs.reduce((tab, seq) => withBatch(tab, { seq }, 100, 200), newTab(100, 200));

describe("a tab of which days are not kept", () => {
  test("begins with those that are, with all that arrived, and is gone where it was not heard of since", () => {
    // It was heard of once more, later than anything that it did.
    const tab = withGone(
      withBatch(batches(0, 1), { seq: 3 }, 200, 250),
      { tab: "t", seq: 2, n: 1, reason: "age" },
      900,
    );
    expect(keptFrom(tab, 150)).toEqual({ ...tab, from: 150, isCut: true });
    expect(keptFrom(tab, 50)).toEqual(tab);
    expect(keptFrom(tab, 200)).toEqual({ ...tab, from: 200, isCut: true });
    expect(keptFrom(tab, 201)).toBeNull();
  });
});

describe("a tab as text", () => {
  test("is the tab, whatever was lost, and says nothing of what was not", () => {
    const whole = batches(0, 1);
    const troubled = withGone(
      withDuplicate(withBatch(whole, { seq: 3, last: true, dropped: { quota: 2 } }, 90, 300)),
      { tab: "t", seq: 2, n: 1, reason: "expired" },
      400,
    );
    for (const tab of [whole, troubled]) expect(readTab(tabText(tab))).toEqual(tab);
    expect(Object.keys(JSON.parse(tabText(whole)))).toEqual(["received", "batches", "from", "seen", "ran"]);
    const { until: _until, isCut: _isCut, ...older } = troubled;
    expect(readTab(JSON.stringify(older))).toEqual({ ...troubled, until: troubled.seen });
  });
});

describe("the delivery of a tab", () => {
  test("is whole when nothing is missing and it said that it ended", () => {
    const tab = withBatch(batches(0, 1), { seq: 2, last: true }, 100, 200);
    expect(deliveryOf(tab, 300)).toEqual({ open: false, pending: 0, lost: 0, gone: {} });
    expect(deliveryOf(batches(0, 1), 300)).toMatchObject({ open: true, pending: 0 });
  });

  test("is open again when it went on after its last word", () => {
    const tab = withBatch(withBatch(batches(0), { seq: 1, last: true }, 1, 2), { seq: 2 }, 1, 2);
    expect(deliveryOf(tab, 300).open).toBe(true);
  });

  test("waits 14 days for a gap, then counts it as lost", () => {
    const tab = batches(0, 3);
    expect(deliveryOf(tab, 200 + horizon.send)).toMatchObject({ pending: 2, lost: 0 });
    expect(deliveryOf(tab, 201 + horizon.send)).toMatchObject({ pending: 0, lost: 2 });
  });

  test("counts a reported discard as lost at once, unless it arrived after all", () => {
    const tab = withGone(
      withGone(batches(0, 1), { tab: "t", seq: 1, n: 3, reason: "quota" }, 9),
      { tab: "t", seq: 4, n: 1, reason: "age" },
      9,
    );
    expect(deliveryOf(tab, 300)).toMatchObject({ pending: 2, lost: 1, gone: { age: 1 } });
  });

  test("misses nothing of a visitor who was erased, and is unknown when nothing else is left", () => {
    const theirs = { seq: 1, dropped: { quota: 2, size: 1 } };
    const shared = withBatch(withBatch(batches(0), theirs, 100, 200), { seq: 3, dropped: { size: 3 } }, 200, 200);
    const left = withoutBatch(withRefused(shared, { seq: 2, last: true }), theirs);
    expect(left).toMatchObject({ received: [[0, 3]], batches: 2, dropped: { size: 3 }, last: 2 });
    expect(left && deliveryOf(left, 300)).toEqual({ open: true, pending: 0, lost: 0, gone: {} });
    expect(withoutBatch(batches(4), { seq: 4 })).toBeNull();
    // Of which days are no longer kept, whether others are left cannot be told.
    const cut = keptFrom(shared, 150);
    expect(cut && withoutBatch(cut, theirs)).toBeNull();
    expect(cut && readTab(tabText(cut))).toEqual(cut);
  });

  test("does not depend on the order of what is heard", () => {
    type Heard = (tab: Tab) => Tab;
    const heard: readonly Heard[] = [
      (tab) => withBatch(tab, { seq: 0, dropped: { size: 2 } }, 100, 500),
      (tab) => withBatch(tab, { seq: 2, last: true }, 90, 400),
      (tab) => withBatch(tab, { seq: 2, dropped: { size: 1, quota: 5 } }, 120, 450),
      (tab) => withDuplicate(tab),
      (tab) => withGone(tab, { tab: "t", seq: 1, n: 3, reason: "quota" }, 600),
      (tab) => withGone(tab, { tab: "t", seq: 1, n: 3, reason: "age" }, 610),
    ];
    const straight = heard.reduce((tab, hear) => hear(tab), newTab(700, 0));
    expect(straight).toMatchObject({
      batches: 3,
      duplicates: 1,
      dropped: { size: 3, quota: 5 },
      last: 2,
      from: 90,
      seen: 610,
    });
    fc.assert(
      fc.property(fc.shuffledSubarray([...heard], { minLength: heard.length }), (order) => {
        expect(order.reduce((tab, hear) => hear(tab), newTab(700, 0))).toEqual(straight);
      }),
    );
  });

  test("counts what was dropped under any word, and nothing that is no count", () => {
    const hostile = JSON.parse(
      '{"size":2,"newer":3,"constructor":4,"__proto__":5,"odd":{"toString":1,"valueOf":1},"text":"1","less":-1,"half":0.5,"Word":1}',
    );
    const once = withBatch(newTab(100, 200), { seq: 0, dropped: hostile }, 100, 200);
    expect(Object.entries(once.dropped)).toEqual([
      ["size", 2],
      ["newer", 3],
      ["constructor", 4],
    ]);
    expect(withBatch(once, { seq: 1, dropped: hostile }, 100, 200).dropped).toMatchObject({ size: 4, constructor: 8 });
  });

  test("counts batches that were given up under any word", () => {
    const discarded = (seq: number, reason: string) => ({ tab: "t", seq, n: 1, reason });
    const tab = withGone(withGone(batches(0), discarded(1, "constructor"), 200), discarded(2, "age"), 200);
    expect(Object.entries(deliveryOf(tab, 200).gone)).toEqual([
      ["constructor", 1],
      ["age", 1],
    ]);
  });
});
