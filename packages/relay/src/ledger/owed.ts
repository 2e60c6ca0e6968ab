import type { Position, ReaderState } from "@isotherm/journal";

/** Places up to `last` that a reader has not settled; one that is not known has settled none. */
export function owed(last: Position, reader?: ReaderState): number {
  const { position = 0, ahead = [] } = reader ?? {};
  return ahead.reduce((left, [first, end]) => left - (end - first + 1), last - position);
}
