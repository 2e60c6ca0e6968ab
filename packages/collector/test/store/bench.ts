import type { SealedBatch } from "@isotherm/protocol";
import { encodeArrival } from "../../src/project/record.js";
import { type ReadCore, readCore, type WriteCore, writeCore } from "../../src/store/sql/core.js";
import type { Database } from "../../src/store/sql/database.js";
import { bundle } from "../../src/store/sql/record-bundle.js";
import type { ProjectReport } from "../../src/store/store.js";
import { siteOf } from "./site.js";

/** A store on the calling thread. */
export interface CoreBench {
  readonly write: WriteCore;
  readonly read: ReadCore;
  readonly database: Database;
  /** Projects a chunk at the cursor. */
  project(batches: readonly SealedBatch[]): ProjectReport;
  [Symbol.dispose](): void;
}

/** What a store may be told. */
export interface BenchOptions {
  /** Files that say where networks are. */
  readonly places?: readonly string[];
  /** Values of a dimension that a site's day tells apart. */
  readonly mostValues?: number;
}

/** `dispose` removes the database, once it is closed. */
export function benchOn(
  database: Database,
  dispose: () => void,
  { places = [], mostValues }: BenchOptions = {},
): CoreBench {
  const write = writeCore(database, undefined, places, mostValues);
  write.migrate();
  write.putSite(siteOf());
  const read = readCore(database, undefined, mostValues);
  return {
    write,
    read,
    database,
    project(batches) {
      const from = write.cursor("journal");
      return drain(write.project({ journal: "journal", from, to: from + batches.length }, recordsOf(batches)));
    },
    [Symbol.dispose]() {
      read.close();
      write.close();
      dispose();
    },
  };
}

/** Batches as a chunk of the journal hands them to the writer. */
export function recordsOf(batches: readonly SealedBatch[]): Uint8Array {
  return bundle(batches.map((batch) => encodeArrival({ site: "shop", batch, receivedAt: batch.edge.at + 50 }).data));
}

/** Runs a generator to its end. */
export function drain<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
