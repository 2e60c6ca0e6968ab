import { describe, expect, test } from "vitest";
import { type Parcels, parcels } from "../../src/forward/parcels.js";
import type { Item, Target } from "../../src/target/target.js";

const nothing = new Uint8Array(0);
const item = (position: number): Item => ({
  id: `${position}`,
  position,
  kind: "batch",
  key: "pk_a",
  site: "s",
  receivedAt: 1,
  batch: nothing,
  gone: nothing,
});
/** Takes three items a request. */
const target = {
  encode: (items: readonly Item[]) =>
    Array.from({ length: Math.ceil(items.length / 3) }, (_, i) => ({
      url: "",
      headers: {},
      body: nothing,
      items: items.slice(i * 3, i * 3 + 3),
      batchIds: [],
    })),
} as unknown as Target;

const filled = (count: number): Parcels => {
  const queue = parcels(target);
  for (let i = 1; i <= count; i++) queue.add(item(i));
  return queue;
};
const positions = (queue: Parcels, clock = 0, isProbe = false) =>
  queue.next(clock, isProbe)?.request.items.map(({ position }) => position);

describe("parcels", () => {
  test("go in order, filled as far as a request allows", () => {
    const queue = filled(7);
    expect([positions(queue), positions(queue), positions(queue), positions(queue)]).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7],
      undefined,
    ]);
    expect(queue.empty).toBe(true);
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

  test("send for a probe the one that failed least, fresh ones included", () => {
    const queue = filled(3);
    const failed = queue.next(0, false);
    if (failed === undefined) throw new Error("there is a first one");
    failed.failures = 9;
    queue.again(failed);
    queue.add(item(4));
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
    expect([left, right].map((half) => half?.request.items.map(({ position }) => position))).toEqual([[1, 2], [3]]);
    expect([left?.failures, right?.failures]).toEqual([3, 3]);
    expect(positions(queue)).toEqual([4]);
  });

  test("say that something may go as long as anything is loose", () => {
    const queue = filled(1);
    expect(queue.soonest()).toBe(Number.NEGATIVE_INFINITY);
    queue.next(0, false);
    expect(queue.soonest()).toBeUndefined();
  });
});
