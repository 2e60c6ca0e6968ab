import type { Connection, Value } from "./connection.js";

/** Rows of one statement, which is prepared once for each number of them. */
const mostRows = 32;

/**
 * Inserts rows, many at a time: on a network each statement takes the way there and back. `conflict` says what comes of a
 * row that is there already; no two of these may be the same.
 */
export function insertRows(
  connection: Connection,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
  conflict = "",
): void {
  const row = `(${columns.map(() => "?").join(", ")})`;
  for (let from = 0; from < rows.length; from += mostRows) {
    const some = rows.slice(from, from + mostRows);
    connection.run(
      `INSERT INTO ${table} (${columns.join(", ")}) VALUES ${some.map(() => row).join(", ")} ${conflict}`,
      ...some.flat(),
    );
  }
}
