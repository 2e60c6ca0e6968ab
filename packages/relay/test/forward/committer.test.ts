import type { Position, Tally } from "@isotherm/journal";
import { memoryJournal } from "@isotherm/journal/memory";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type Committer, committer } from "../../src/forward/committer.js";
import { progress } from "../../src/forward/progress.js";
import { silent } from "../../src/log.js";

const forwarded: Tally = { forwarded: 1 };

describe("committer", () => {
  test.each([0, 1, 2, 3, 4])("takes a step that is ready %i turns after the write before it", async (turns) => {
    const journal = memoryJournal();
    await journal.append(["a", "b"].map((id) => ({ id, data: new Uint8Array(1) })));
    const steps = progress({ position: 0 });
    steps.open(1);
    steps.open(2);
    steps.settle(1, forwarded);
    const settleSecond = async (): Promise<void> => {
      for (let turn = 0; turn < turns; turn++) await undefined;
      steps.settle(2, forwarded);
      cursor.nudge();
    };
    const onMoved = (position: Position): void => void (position === 1 && settleSecond());
    const cursor: Committer = committer({
      ...{ journal, name: "isotherm", start: 0, log: silent, everyMs: 0, progress: steps, onMoved },
    });
    cursor.nudge();
    expect(await cursor.reached(2)).toBe(true);
    expect(await journal.reader("isotherm")).toEqual({ position: 2, tally: { forwarded: 2 } });
    await cursor.close();
  });

  /** A committer over 60 places, and the positions that it wrote, each with what was counted. */
  async function paced(everyMs: number, advance?: () => Promise<void>) {
    const journal = memoryJournal();
    await journal.append(Array.from({ length: 60 }, (_, i) => ({ id: `${i}`, data: new Uint8Array(1) })));
    const steps = progress({ position: 0 });
    for (let place = 1; place <= 60; place++) steps.open(place);
    const written: [Position, number | undefined][] = [];
    const cursor = committer({
      ...{ name: "isotherm", start: 0, progress: steps, log: silent, everyMs, onMoved: () => {} },
      journal: {
        ...journal,
        async advance(name, position, tally, ahead) {
          await advance?.();
          written.push([position, tally?.forwarded]);
          return journal.advance(name, position, tally, ahead);
        },
      },
    });
    const settle = (place: number): void => {
      steps.settle(place, forwarded);
      cursor.nudge();
    };
    return { cursor, written, settle };
  }

  test("writes what settles within its pace as one, the first at once and the rest when it is due", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const { written, settle } = await paced(50);
    for (let place = 1; place <= 40; place++) {
      settle(place);
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(written).toEqual([[1, 1]]);
    await vi.advanceTimersByTimeAsync(50);
    expect(written).toEqual([
      [1, 1],
      [40, 39],
    ]);
  });

  test("writes without a pace whenever the write before has ended", async () => {
    const { cursor, written, settle } = await paced(0);
    for (const place of [1, 2]) {
      settle(place);
      expect(await cursor.reached(place)).toBe(true);
    }
    expect(written).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  test("writes at once when it is closed, and only then what it could not write before", async () => {
    const { cursor, written, settle } = await paced(60_000);
    settle(1);
    await cursor.reached(1);
    settle(2);
    await cursor.close();
    expect(written.at(-1)).toEqual([2, 1]);
  });

  test("tries again by itself, in its own time, with all that was counted meanwhile", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    onTestFinished(() => void vi.useRealTimers());
    let attempts = 0;
    const { written, settle } = await paced(0, async () => {
      if (++attempts === 1) throw new Error("no space left on device");
    });
    settle(1);
    await vi.advanceTimersByTimeAsync(500);
    settle(2);
    await vi.advanceTimersByTimeAsync(400);
    expect([attempts, written]).toEqual([1, []]);
    await vi.advanceTimersByTimeAsync(100);
    expect(written).toEqual([[2, 2]]);
  });
});
