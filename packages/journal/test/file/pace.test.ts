import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { pace } from "../../src/file/pace.js";
import { type WorkQueue, workQueue } from "../../src/file/work-queue.js";

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => vi.useRealTimers());

/** A queue whose groups take no time, and the sizes of those that were written. */
function queueOf(gather: number): { readonly queue: WorkQueue<number[]>; readonly groups: number[] } {
  const groups: number[] = [];
  const queue = workQueue<number[]>({
    gather,
    queueBytes: 1_000,
    queueAge: 1_000,
    begin: async () => [],
    finish: async (stage) => {
      groups.push(stage.length);
    },
  });
  return { queue, groups };
}

const come = (queue: WorkQueue<number[]>, count: number): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, (_, n) => queue.share({ weight: 1, prepare: (stage) => stage.push(n) })));

describe("groups", () => {
  test("of callers that come one after the other gather for a while", async () => {
    const { queue, groups } = queueOf(5);
    await come(queue, 2);
    const later = [come(queue, 1)];
    await vi.advanceTimersByTimeAsync(2);
    later.push(come(queue, 2));
    await vi.advanceTimersByTimeAsync(2);
    expect(groups).toEqual([2]);
    await vi.advanceTimersByTimeAsync(1);
    await Promise.all(later);
    expect(groups).toEqual([2, 3]);
  });

  test("of a lone caller begin at once", async () => {
    const { queue, groups } = queueOf(5);
    for (let n = 0; n < 3; n++) await come(queue, 1);
    expect(groups).toEqual([1, 1, 1]);
  });

  test("begin when enough wait, however soon", async () => {
    const { queue, groups } = queueOf(5);
    await come(queue, 2);
    const first = come(queue, 15);
    await vi.advanceTimersByTimeAsync(1);
    expect(groups).toEqual([2]);
    await Promise.all([first, come(queue, 1)]);
    expect(groups).toEqual([2, 16]);
  });

  test("do not hold up what runs by itself", async () => {
    const { queue, groups } = queueOf(5);
    await come(queue, 2);
    const shared = come(queue, 1);
    await expect(queue.alone(async () => "done")).resolves.toBe("done");
    await shared;
    expect(groups).toEqual([2, 1]);
  });

  test("do not hold up the end, when whoever comes waits for nobody", async () => {
    const { queue, groups } = queueOf(5);
    await come(queue, 2);
    const last = come(queue, 1);
    await queue.drained();
    await last;
    expect(groups).toEqual([2, 1]);
  });

  test("follow each other at once without a pace", async () => {
    const { queue, groups } = queueOf(0);
    await come(queue, 2);
    await come(queue, 2);
    expect(groups).toEqual([2, 2]);
  });
});

test("a pace that has passed makes nobody wait", async () => {
  const paced = pace(5);
  paced.began(4);
  vi.advanceTimersByTime(5);
  await paced.next(() => 1);
});
