import type { Value } from "../connection.js";

type Rows = readonly (readonly Value[])[];

/** A column of rows, of whole numbers. */
export function column(rows: Rows, index: number): Int32Array {
  return Int32Array.from(rows, (row) => row[index] as number);
}

/** Which of a day's visits each row is of: rows begin with the number of theirs, and come in the order of the visits. */
export function visitColumn({ n: visits }: { readonly n: Int32Array }, rows: Rows): Int32Array {
  let at = 0;
  return Int32Array.from(rows, ([n]) => {
    while (visits[at] !== n) at++;
    return at;
  });
}
