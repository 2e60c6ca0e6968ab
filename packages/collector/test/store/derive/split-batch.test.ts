import type { Event } from "@isotherm/protocol";
import { edgeOf, fixtures, fixtureTime, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { splitBatch } from "../../../src/store/derive/split-batch.js";

const gap = 1_800_000;
const at = (event: Event, t: number): Event => ({ ...event, t });

describe("splitBatch", () => {
  test("leaves a batch whole whose activity never pauses for 30 minutes", () => {
    const batch = sealedBatchOf({
      events: [at(fixtures.page, 0), at(fixtures.click, gap), at(fixtures.move, 3 * gap)],
    });
    expect(splitBatch(batch)).toEqual([batch]);
  });

  test("cuts where the computer slept, and leaves what is no activity with the activity before", () => {
    const early = [at(fixtures.page, 0), at(fixtures.attention, gap + 1)];
    const late = [at(fixtures.click, gap + 2), at(fixtures.scroll, gap + 3)];
    const batch = sealedBatchOf({ edge: edgeOf({ at: fixtureTime + 20 * gap }), events: [...late, ...early] });
    expect(splitBatch(batch).map(({ events }) => events)).toEqual([early, late]);
  });

  test("loses and doubles no event", () => {
    const events = [0, 2, 4, 6].flatMap((n) => [at(fixtures.vital, n * gap - 1), at(fixtures.click, n * gap)]);
    const parts = splitBatch(sealedBatchOf({ edge: edgeOf({ at: fixtureTime + 20 * gap }), events }));
    expect(parts).toHaveLength(4);
    expect(parts.flatMap((part) => part.events).sort((a, b) => a.t - b.t)).toEqual(events);
  });
});
