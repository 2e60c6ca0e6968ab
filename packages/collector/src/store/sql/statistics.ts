import type { Connection } from "./connection.js";
import type { Database } from "./database.js";

/** After how many batches they are renewed first, how much later each time, and until when: then the server does so itself. */
const first = 200;
const growth = 4;
const last = 100_000;

/** What a server plans by, kept in step with a store that grows. */
export interface Statistics {
  /** Renews them where enough was added. Before a chunk: a failure after one would lose the report of what it stored. */
  renew(): void;
  /** Counts batches that were stored. */
  add(batches: number): void;
}

export function statistics(connection: Connection, { analyze }: Pick<Database, "analyze">): Statistics {
  let [stored, next] = [0, first];
  return {
    renew() {
      if (!analyze || stored < next || next > last) return;
      next = stored * growth;
      analyze(connection, stored);
    },
    add(batches) {
      stored += batches;
    },
  };
}
