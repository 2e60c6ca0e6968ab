import type { Tally } from "@isotherm/journal";
import { memoryJournal } from "@isotherm/journal/memory";
import { describe, expect, test } from "vitest";
import { type Committer, committer } from "../../src/forward/committer.js";
import { progress } from "../../src/forward/progress.js";
import { silent } from "../../src/log.js";

const forwarded: Tally = { forwarded: 1 };

describe("committer", () => {
  test("takes a step that is ready when the write before it has just ended", async () => {
    const journal = memoryJournal();
    await journal.append(["a", "b"].map((id) => ({ id, data: new Uint8Array(1) })));
    const steps = progress({ position: 0 });
    steps.open(1);
    steps.open(2);
    steps.settle(1, forwarded);
    let cursor: Committer | undefined;
    let looks = 0;
    cursor = committer({
      ...{ journal, name: "isotherm", start: 0, log: silent, onMoved: () => {} },
      progress: {
        ...steps,
        step() {
          looks++;
          const step = steps.step();
          if (looks === 2) {
            queueMicrotask(() => {
              steps.settle(2, forwarded);
              cursor?.nudge();
            });
          }
          return step;
        },
      },
    });
    cursor.nudge();
    expect(await cursor.reached(2)).toBe(true);
    expect(await journal.reader("isotherm")).toEqual({ position: 2, tally: { forwarded: 2 } });
    await cursor.close();
  });
});
