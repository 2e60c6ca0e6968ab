import type { Connection, Value } from "./connection.js";

/** Rows of one statement, which is prepared once for each number of them. */
const mostRows = 32;

/** Inserts rows, each with the values of the columns. */
export type InsertRows = (connection: Connection, rows: readonly (readonly Value[])[]) => void;

/**
 * Inserts rows of one table, many at a time: on a network each statement takes the way there and back. `conflict` says what
 * comes of a row that is there already; no two of these may be the same.
 */
export function rowInserter(table: string, columns: readonly string[], conflict = ""): InsertRows {
  const row = `(${columns.map(() => "?").join(", ")})`;
  // Building these long texts again, and looking them up as new ones, took longer than some of the rows.
  const statements: string[] = [];
  const statement = (rows: number): string => {
    statements[rows] ??=
      `INSERT INTO ${table} (${columns.join(", ")}) VALUES ${Array.from({ length: rows }, () => row).join(", ")} ${conflict}`;
    return statements[rows];
  };
  return (connection, rows) => {
    for (let from = 0; from < rows.length; from += mostRows) {
      const some = rows.slice(from, from + mostRows);
      connection.run(statement(some.length), ...some.flat());
    }
  };
}
