import type { Damage, Position, ReaderState } from "../journal.js";
import type { RecentIds } from "../recent-ids.js";
import { addToTotals } from "../tally.js";
import type { Segment } from "./segment.js";
import type { Summary } from "./summary.js";

/** All that a file journal knows while it is open. */
export interface JournalState {
  /** Oldest first. */
  segments: Segment[];
  /** The highest number that a segment has had. */
  sequence: number;
  /** The place that the next record gets. */
  next: Position;
  /** The place of the newest record that can be read, 0 when there is none. */
  newest: Position;
  tally: Map<string, number>;
  readers: Map<string, ReaderState>;
  dropped: number;
  /** Records up to here were dropped, and counted, even where their file could not be removed yet. */
  floor: Position;
  ids: RecentIds;
  damage: Damage[];
  failing: string | null;
}

/** The head of the next segment. */
export function summarise(state: JournalState): Summary {
  const prior = state.segments.at(-1);
  return {
    tally: Object.fromEntries(state.tally),
    readers: Object.fromEntries(state.readers),
    dropped: state.dropped,
    floor: state.floor,
    next: state.next,
    ...(prior === undefined ? {} : { prior: { name: prior.name, bytes: prior.bytes, nonce: prior.nonce.text } }),
  };
}

/** Sets counters and cursors to what a head says. */
export function applyHead(state: JournalState, head: Summary): void {
  state.tally = new Map();
  state.readers = new Map();
  applyNote(state, head);
}

/** Changes counters and cursors as a note says. */
export function applyNote(state: JournalState, note: Summary): void {
  addToTotals(state.tally, note.tally ?? {});
  for (const [name, reader] of Object.entries(note.readers ?? {})) {
    if (reader === null) state.readers.delete(name);
    else state.readers.set(name, reader);
  }
  state.dropped = note.dropped ?? state.dropped;
  state.floor = note.floor ?? state.floor;
}

/** The oldest record's place, or the next one's when there is none. */
export function firstKept(state: JournalState): Position {
  return state.segments.find(({ records }) => records > 0)?.first ?? state.next;
}

/** A reader that was never seen stands before the oldest record. */
export function unknownReader(state: JournalState): ReaderState {
  return { position: firstKept(state) - 1, tally: {} };
}

/** Where a reader stands, known or not. */
export function readerOf(state: JournalState, name: string): ReaderState {
  return state.readers.get(name) ?? unknownReader(state);
}

/** Bytes of all segments. */
export function keptBytes(state: JournalState): number {
  return state.segments.reduce((sum, { bytes }) => sum + bytes, 0);
}
