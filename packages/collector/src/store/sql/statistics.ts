import type { Connection } from "./connection.js";
import type { Database } from "./database.js";

/** After how many batches it is looked first, how much later each time, and until when: then the server has done so itself. */
const first = 200;
const growth = 4;
const last = 100_000;

/** Sees to it that a server plans by what a growing store holds. Called with the batches that were stored. */
export function statistics(connection: Connection, { lookAgain }: Pick<Database, "lookAgain">): (more: number) => void {
  let [stored, next] = [0, first];
  return (more) => {
    stored += more;
    if (!lookAgain || stored < next || next > last) return;
    next = stored * growth;
    lookAgain(connection, stored);
  };
}
