import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SealedBatch } from "@isotherm/protocol";
import { type ReadCore, readCore, type WriteCore, writeCore } from "../../../src/store/sqlite/core.js";
import type { Chunk, ProjectReport } from "../../../src/store/store.js";
import { siteOf } from "../site.js";

/** A store on the calling thread, in a folder of its own. */
export interface Bench {
  readonly file: string;
  readonly write: WriteCore;
  readonly read: ReadCore;
  /** Projects a chunk at the cursor. */
  project(batches: readonly SealedBatch[], rest?: Partial<Chunk>): ProjectReport;
  [Symbol.dispose](): void;
}

export function bench(): Bench {
  const folder = mkdtempSync(join(tmpdir(), "isotherm-"));
  const file = join(folder, "store.sqlite");
  const write = writeCore(file);
  write.migrate();
  write.putSite(siteOf());
  const read = readCore(file);
  return {
    file,
    write,
    read,
    project(batches, rest = {}) {
      const from = write.cursor("journal");
      const arrived = batches.map((batch) => ({ site: "shop", batch, receivedAt: batch.edge.at + 50 }));
      return drain(
        write.project({ journal: "journal", from, to: from + batches.length, batches: arrived, gone: [], ...rest }),
      );
    },
    [Symbol.dispose]() {
      read.close();
      write.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Runs a generator to its end. */
export function drain<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
