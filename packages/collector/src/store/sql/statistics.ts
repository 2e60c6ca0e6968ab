import type { Connection } from "./connection.js";
import type { Database } from "./database.js";

/** After how many batches it is looked first, how much later each time, and until when: then the server has done so itself. */
const first = 200;
const growth = 4;
const last = 100_000;

/** Sees to it that a server plans by what a growing store holds. */
export interface Statistics {
  /** Looks where enough was added. Before a chunk: a failure after one would lose the report of what it stored. */
  look(): void;
  /** Counts batches that were stored. */
  add(batches: number): void;
}

export function statistics(connection: Connection, { lookAgain }: Pick<Database, "lookAgain">): Statistics {
  let [stored, next] = [0, first];
  return {
    look() {
      if (!lookAgain || stored < next || next > last) return;
      next = stored * growth;
      lookAgain(connection, stored);
    },
    add(batches) {
      stored += batches;
    },
  };
}
