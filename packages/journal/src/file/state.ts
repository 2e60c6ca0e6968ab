import type { Damage, Position, ReaderState, Tally } from "../journal.js";
import type { RecentIds } from "../recent-ids.js";
import { addToTotals } from "../tally.js";
import type { Segment } from "./segment.js";

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

/** What a head sums up and what a note changes, as JSON in a frame. */
export interface Summary {
  /** In a head the counters; in a note what is added to them. */
  readonly tally?: Tally;
  /** Readers' new states; null for one that was forgotten. */
  readonly readers?: { readonly [name: string]: ReaderState | null };
  readonly dropped?: number;
  readonly floor?: Position;
  /** Heads only: the place that comes next, and how much of the segment before is valid. */
  readonly next?: Position;
  readonly prior?: { readonly name: string; readonly bytes: number };
}

/** Reads a head or a note; whatever is no such thing changes nothing. */
export function parseSummary(json: string): Summary {
  return parseObject(json);
}

/** Reads an append's counters. */
export function parseTally(json: string): Tally {
  return parseObject(json);
}

function parseObject<T extends object>(json: string): T {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    value = undefined;
  }
  return (typeof value === "object" && value !== null ? value : {}) as T;
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
    ...(prior === undefined ? {} : { prior: { name: prior.name, bytes: prior.bytes } }),
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
