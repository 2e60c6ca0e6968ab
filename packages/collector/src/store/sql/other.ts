import type { Connection } from "./connection.js";

/** Values of a dimension, or names, that a site's day tells apart, where nobody says otherwise. */
export const usualMostValues = 10_000;

/** What the others of a day's values stand under, and their number in `days`, which no text has. */
export const other = { text: "(other)", number: 0 } as const;

/** The number of a value that is written like it, and counts with them; that of all others where nobody ever sent one. */
export function numberOfOther(connection: Connection): number {
  return connection.get<{ n: number }>("SELECT n FROM strings WHERE text = ?", other.text)?.n ?? other.number;
}

/**
 * The number of visits that a value has to have more of to be told apart: as many as the first of those too many has, with
 * the most frequent first. Of values with as many visits all are told apart or none, so that neither the order in which
 * they came nor how they are written decides. `visits` are of all values, or of the most frequent up to that first.
 */
export function visitsOfRest(visits: readonly number[] | Int32Array, most: number): number {
  return (
    Int32Array.from(visits)
      .sort()
      .at(-1 - most) ?? 0
  );
}
