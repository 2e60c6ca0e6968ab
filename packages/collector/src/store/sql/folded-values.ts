import type { FoldedValues } from "../store.js";
import type { Connection } from "./connection.js";

/** How many values of all sites' days have no row of their own, by dimension. */
export function foldedValues(connection: Connection): readonly FoldedValues[] {
  return connection.all<FoldedValues>(
    `SELECT dimension, count(*) AS days, sum(folded) AS "values" FROM folded_values GROUP BY dimension ORDER BY dimension`,
  );
}
