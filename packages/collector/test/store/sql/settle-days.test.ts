import type { SealedBatch } from "@isotherm/protocol";
import { fixtureTime } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { writeCore } from "../../../src/store/sql/core.js";
import { drain, recordsOf } from "../bench.js";
import { type Bench, bench } from "../sqlite/bench.js";
import { visitOf } from "../visit.js";

const day = 86_400_000;
let visitors = 0;

/** A visit some days before today by one whom nobody knows. */
const visit = (daysAgo: number): readonly SealedBatch[] =>
  visitOf({ visitor: `v-${++visitors}`, at: fixtureTime - daysAgo * day });

/** How many days are dirty. */
const dirty = (store: Bench): number => {
  using connection = disposable(store.database.connect("read"));
  return connection.all("SELECT day FROM dirty_days").length;
};
const disposable = <Closable extends { close(): void }>(closable: Closable): Closable & Disposable =>
  Object.assign(closable, { [Symbol.dispose]: () => closable.close() });

describe("a day", () => {
  test("is derived when nobody wrote to it from one look to the next, and not while its visits go on coming", () => {
    using store = bench();
    store.project([...visit(0), ...visit(1)]);
    expect([store.write.settleDays(), dirty(store)]).toEqual(["waiting", 2]);
    for (let look = 0; look < 3; look++) {
      store.project(visit(0));
      const turns = look === 0 ? ["more", "waiting"] : ["waiting"];
      expect(turns.map(() => store.write.settleDays())).toEqual(turns);
      expect(dirty(store)).toBe(1);
    }
    expect(["more", "settled", "settled"].map(() => store.write.settleDays())).toEqual(["more", "settled", "settled"]);
    expect(dirty(store)).toBe(0);
  });

  test("is left for the next look when somebody writes to it before its turn", () => {
    using store = bench();
    store.project([...visit(0), ...visit(1)]);
    expect(store.write.settleDays()).toBe("waiting");
    // The older day has its turn, and the other waits for its own.
    expect([store.write.settleDays(), dirty(store)]).toEqual(["more", 1]);
    store.project(visit(0));
    expect([store.write.settleDays(), dirty(store)]).toEqual(["more", 1]);
    expect(["waiting", "waiting", "more", "settled"].map(() => store.write.settleDays())).toEqual([
      ...["waiting", "waiting", "more", "settled"],
    ]);
    expect(dirty(store)).toBe(0);
  });

  test("that is never left alone is derived every five minutes, or more rarely where that takes long", () => {
    using store = bench();
    let now = 0;
    /** What deriving a day takes: as much has gone by whenever somebody asks what time it is. */
    let step = 1_000;
    using patient = disposable(writeCore(store.database, () => (now += step)));
    const busyFor = (ms: number): void => {
      for (const until = now + ms; now < until; now += 10_000) {
        store.project(visit(0));
        expect([patient.settleDays(), dirty(store)]).toEqual(["waiting", 1]);
      }
    };
    const derived = (): void => {
      store.project(visit(0));
      expect([patient.settleDays(), dirty(store)]).toEqual(["more", 0]);
      expect(patient.settleDays()).toBe("settled");
    };
    busyFor(290_000);
    now += 20_000;
    step = 10_000;
    derived();
    step = 1_000;
    busyFor(490_000);
    now += 20_000;
    derived();
    // The slowest counts.
    busyFor(490_000);
  });

  test("waits for what other collectors write too", () => {
    using store = bench();
    using other = disposable(writeCore(store.database));
    store.project(visit(0));
    expect(store.write.settleDays()).toBe("waiting");
    const batches = visit(0);
    drain(other.project({ journal: "another", from: 0, to: batches.length }, recordsOf(batches)));
    expect([store.write.settleDays(), dirty(store)]).toEqual(["waiting", 1]);
    // Whoever sees it quiet first derives it, and the other finds it done.
    expect(other.settleDays()).toBe("waiting");
    expect(["more", "settled"].map(() => other.settleDays())).toEqual(["more", "settled"]);
    expect([store.write.settleDays(), dirty(store)]).toEqual(["settled", 0]);
  });
});
