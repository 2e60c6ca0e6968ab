import { describe, expect, test } from "vitest";
import { type Parcel, type Parcels, parcels } from "../../src/forward/parcels.js";
import type { Entry, Target, TargetRequest } from "../../src/target/target.js";

const nothing = new Uint8Array(0);
const entry = (position: number): Entry => ({
  item: {
    id: `${position}`,
    position,
    kind: "batch",
    key: "pk_a",
    site: "s",
    receivedAt: 1,
    batch: nothing,
    gone: nothing,
  },
});
const requestOf = (entries: readonly Entry[], lane?: string): TargetRequest => ({
  url: "",
  headers: {},
  body: nothing,
  entries,
  batchIds: [],
  ...(lane !== undefined && { lane }),
});
/** Takes three entries a request. */
const target = {
  encode: (entries: readonly Entry[]) =>
    Array.from({ length: Math.ceil(entries.length / 3) }, (_, i) => requestOf(entries.slice(i * 3, i * 3 + 3))),
} as unknown as Target;
/** Takes one at a time, those of odd positions one after the other. */
const ordered = {
  encode: (entries: readonly Entry[]) =>
    entries.map((one) => requestOf([one], one.item.position % 2 === 1 ? "odd" : undefined)),
} as unknown as Target;

const filled = (count: number): Parcels => {
  const queue = parcels(target);
  for (let i = 1; i <= count; i++) queue.add(entry(i));
  return queue;
};
const positions = (queue: Parcels, clock = 0, isProbe = false) =>
  queue.next(clock, isProbe)?.request.entries.map(({ item }) => item.position);

const fail = (message: string): never => {
  throw new Error(message);
};

describe("parcels", () => {
  test("go in order, filled as far as a request allows", () => {
    const queue = filled(7);
    expect([positions(queue), positions(queue), positions(queue), positions(queue)]).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7],
      undefined,
    ]);
    expect(queue.soonest()).toBeUndefined();
  });

  test("wait for their time, and let others pass meanwhile", () => {
    const queue = filled(6);
    const first = queue.next(0, false);
    if (first === undefined) throw new Error("there is a first one");
    first.notBefore = 50;
    queue.again(first);
    expect(positions(queue, 0)).toEqual([4, 5, 6]);
    expect([positions(queue, 49), queue.soonest()]).toEqual([undefined, 50]);
    queue.hurry();
    expect(positions(queue, 49)).toEqual([1, 2, 3]);
  });

  test("are alone while nothing waits but parts of the same request", () => {
    const queue = filled(3);
    const next = (): Parcel => queue.next(0, false) ?? fail("one waits");
    const whole = next();
    expect(queue.isAlone(whole)).toBe(true);
    queue.split(whole);
    const half = next();
    expect(queue.isAlone(half)).toBe(true);
    queue.split(half);
    const quarter = next();
    expect(queue.isAlone(quarter)).toBe(true);
    queue.add(entry(4));
    expect(queue.isAlone(quarter)).toBe(false);
  });

  test("send for a probe the one that failed least, fresh ones included", () => {
    const queue = filled(3);
    const failed = queue.next(0, false);
    if (failed === undefined) throw new Error("there is a first one");
    failed.failures = 9;
    queue.again(failed);
    queue.add(entry(4));
    expect(positions(queue, 0, true)).toEqual([4]);
    expect(positions(queue, 0, true)).toEqual([1, 2, 3]);
  });

  test("fall into halves that come first and stay under suspicion", () => {
    const queue = filled(4);
    const whole = queue.next(0, false);
    if (whole === undefined) throw new Error("there is a first one");
    whole.failures = 4;
    queue.split(whole);
    const [left, right] = [queue.next(0, false), queue.next(0, false)];
    expect([left, right].map((half) => half?.request.entries.map(({ item }) => item.position))).toEqual([[1, 2], [3]]);
    expect([left?.failures, right?.failures]).toEqual([3, 3]);
    expect(positions(queue)).toEqual([4]);
  });

  test("say that something may go as long as anything is loose", () => {
    const queue = filled(1);
    expect(queue.soonest()).toBe(Number.NEGATIVE_INFINITY);
    queue.next(0, false);
    expect(queue.soonest()).toBeUndefined();
  });

  test("of one lane go one after the other, also while the first is set back", () => {
    const queue = parcels(ordered);
    for (let i = 1; i <= 4; i++) queue.add(entry(i));
    const first = queue.next(0, false);
    expect(first?.request.entries[0]?.item.position).toBe(1);
    expect([positions(queue), positions(queue), positions(queue)]).toEqual([[2], [4], undefined]);
    if (first === undefined) throw new Error("there is a first one");
    queue.landed(first);
    first.notBefore = 50;
    queue.again(first);
    expect([positions(queue, 0), queue.soonest()]).toEqual([undefined, 50]);
    expect([positions(queue, 50), positions(queue, 50)]).toEqual([[1], undefined]);
    queue.landed(first);
    expect(positions(queue, 50)).toEqual([3]);
  });

  test("are not all looked at for the next one of a long queue", () => {
    let looks = 0;
    const watched = {
      encode: (entries: readonly Entry[]) =>
        entries.map((one) => ({
          ...requestOf([one]),
          get lane() {
            looks++;
            return `${one.item.position % 100}`;
          },
        })),
    } as unknown as Target;
    const queue = parcels(watched);
    for (let i = 0; i < 2_000; i++) queue.add(entry(i));
    for (let i = 0; i < 1_000; i++) {
      const parcel = queue.next(0, false);
      expect(parcel?.request.entries[0]?.item.position).toBe(i);
      queue.soonest();
      if (parcel !== undefined) queue.landed(parcel);
    }
    expect(looks).toBeLessThan(20_000);
  });

  test("lose what is given up, and go on with the rest", () => {
    const queue = filled(3);
    const whole = queue.next(0, false);
    if (whole === undefined) throw new Error("there is a first one");
    queue.without(whole, new Set(whole.request.entries.slice(0, 2)));
    expect([positions(queue), positions(queue)]).toEqual([[3], undefined]);
  });
});
