import { describe, expect, test } from "vitest";
import { visitOf } from "../visit.js";
import { bench } from "./bench.js";

const midnight = Date.UTC(2026, 10, 20, 23);
const minute = 60_000;
const query = { site: "shop", range: { from: "2026-11-20", to: "2026-11-21" }, filters: [], now: midnight };
const before = visitOf({ visitor: "monday", at: midnight - 10 * minute });
const after = (previous?: string) =>
  visitOf({ visitor: "tuesday", at: midnight + 5 * minute, ...(previous && { edge: { previous } }) });
const later = visitOf({ visitor: "tuesday", at: midnight + 120 * minute, edge: { previous: "monday" } });

describe("a visit over midnight", () => {
  test("is one where the seal knew yesterday's hash, whichever half comes first", () => {
    for (const order of [
      [before, after("monday")],
      [after("monday"), before],
    ]) {
      using store = bench();
      for (const batches of order) store.project(batches);
      const { sessions } = store.read.sessions({ ...query, limit: 5, cursor: null });
      expect(sessions).toMatchObject([{ visitor: "monday", pageViews: 2, duration: 15 * minute }]);
      expect(store.read.summary({ ...query, range: { from: "2026-11-21", to: "2026-11-21" } }).numbers.visits).toBe(0);
    }
  });

  test("is two where it did not, until a later batch of the night tells", () => {
    using store = bench();
    store.project([...before, ...after()]);
    const visitors = () =>
      store.read.sessions({ ...query, limit: 5, cursor: null }).sessions.map(({ visitor }) => visitor);
    expect(visitors()).toEqual(["tuesday", "monday"]);
    store.project(later);
    expect(visitors()).toEqual(["tuesday", "monday"]);
    expect(store.read.summary(query).numbers).toMatchObject({ visits: 2, visitors: 2, pageViews: 3 });
  });

  test("is not one when the visitor was away for longer than 30 minutes", () => {
    using store = bench();
    store.project([...visitOf({ visitor: "monday", at: midnight - 40 * minute }), ...after("monday")]);
    expect(store.read.summary(query).numbers.visits).toBe(2);
  });
});
