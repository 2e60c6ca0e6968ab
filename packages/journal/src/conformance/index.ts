import { describe } from "vitest";
import { appending } from "./appending.js";
import type { StartBench } from "./bench.js";
import { bounds } from "./bounds.js";
import { lifecycle } from "./lifecycle.js";
import { readers } from "./readers.js";
import { reading } from "./reading.js";

export type { JournalBench, StartBench } from "./bench.js";

/** Tests every promise of `BatchJournal` on the driver that `start` opens. Call it at the top of a vitest file. */
export function journalConformance(name: string, start: StartBench): void {
  describe(`journal "${name}"`, () => {
    appending(start);
    reading(start);
    readers(start);
    bounds(start);
    lifecycle(start);
  });
}
