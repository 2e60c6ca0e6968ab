import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCore, writeCore } from "../../../src/store/sql/core.js";
import { drain, recordsOf } from "../bench.js";
import { dump } from "../dump.js";
import { histories } from "../history.js";
import { shareOf } from "../share.js";
import { bench } from "./bench.js";

describe("a writer that dies between slices", { timeout: 60_000 }, () => {
  test("leaves the cursor where it was, and the chunk again makes the same models", () => {
    fc.assert(
      fc.property(histories, fc.nat({ max: 4 }), (batches, steps) => {
        using straight = bench();
        straight.project(batches);
        using store = bench();
        let time = 0;
        // Every look at this clock is a slice later: each visitor gets a transaction of its own.
        const dying = writeCore(store.database, () => (time += 1_000));
        const run = { journal: "journal", from: 0, to: batches.length };
        const project = dying.project(run, recordsOf(batches));
        let done = false;
        for (let step = 0; step < steps && !done; step++) done = project.next().done === true;
        dying.close();

        const again = writeCore(store.database);
        expect(again.cursor("journal")).toBe(done ? batches.length : 0);
        if (!done) drain(again.project(run, recordsOf(batches)));
        again.close();
        const read = readCore(store.database);
        expect(dump(read)).toEqual(dump(straight.read));
        read.close();
      }),
      { numRuns: shareOf(25) },
    );
  });
});
