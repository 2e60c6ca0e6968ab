import { aheadMax, type Position, type Range, type ReaderState, type Tally } from "./journal.js";
import { JournalError } from "./journal-error.js";
import { addTallies, checkTally } from "./tally.js";

const NAME_MAX = 128;

/** The state after an advance, or the reason why there must be none. `last` is the newest place that was given out. */
export function advanced(
  name: string,
  from: ReaderState,
  position: Position,
  tally: Tally,
  ahead: readonly Range[],
  last: Position,
): ReaderState {
  checkMove(name, position, last);
  checkTally(tally);
  checkAhead(name, position, ahead, last);
  if (position < from.position) {
    throw new JournalError(
      "cursor_behind",
      `reader ${name} stands at ${from.position}, which is after ${position}; use rewind to go back on purpose`,
    );
  }
  return { position, tally: addTallies(from.tally, tally), ...(ahead.length > 0 && { ahead }) };
}

/** The state after a rewind. */
export function rewound(
  name: string,
  from: ReaderState,
  position: Position,
  tally: Tally,
  last: Position,
): ReaderState {
  checkMove(name, position, last);
  checkTally(tally);
  return { position, tally: addTallies(from.tally, tally) };
}

function checkMove(name: string, position: Position, last: Position): void {
  if (name.length === 0 || name.length > NAME_MAX) {
    throw new JournalError("reader_invalid", `name a reader with 1 to ${NAME_MAX} characters`);
  }
  if (!Number.isSafeInteger(position) || position < 0 || position > last) {
    throw new JournalError("cursor_ahead", `reader ${name} cannot stand at ${position}: places go from 0 to ${last}`);
  }
}

function checkAhead(name: string, position: Position, ahead: readonly Range[], last: Position): void {
  let before = position;
  const rises = ahead.every(([first, end]) => {
    const isRight = Number.isSafeInteger(first) && Number.isSafeInteger(end) && first > before + 1 && end >= first;
    before = end;
    return isRight;
  });
  if (rises && before <= last && ahead.length <= aheadMax) return;
  throw new JournalError(
    "ahead_invalid",
    `reader ${name} gave ${ahead.length} ranges ahead of ${position}; give at most ${aheadMax} that rise, apart, up to ${last}`,
  );
}

/** The lowest cursor, which is how far the journal may forget; `Infinity` when nobody reads. */
export function lowestCursor(readers: Iterable<ReaderState>): Position {
  let lowest = Number.POSITIVE_INFINITY;
  for (const reader of readers) lowest = Math.min(lowest, reader.position);
  return lowest;
}
