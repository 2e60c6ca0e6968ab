import { join } from "node:path";
import type { Position } from "../journal.js";
import { lowestCursor } from "../reader-state.js";
import type { Files } from "./files.js";
import { systemCode } from "./files.js";
import type { Segment } from "./segment.js";
import type { JournalState } from "./state.js";
import { keptBytes } from "./state.js";

/** What must go to keep a bound. */
export interface Drop {
  readonly segments: readonly Segment[];
  /** Records among them that not every reader has passed. */
  readonly count: number;
  readonly floor: Position;
}

/** The oldest segments that must go so that `bytes` fit under `maxBytes`, and those with nothing younger than `youngest`. */
export function planDrop(state: JournalState, bytes: number, maxBytes: number, youngest: number): Drop {
  const segments: Segment[] = [];
  let excess = keptBytes(state) + bytes - maxBytes;
  for (const segment of state.segments) {
    const aged = segment.records > 0 && segment.lastAt < youngest;
    if (excess <= 0 && !aged) break;
    segments.push(segment);
    excess -= segment.bytes;
  }
  const passed = state.readers.size === 0 ? 0 : lowestCursor(state.readers.values());
  const count = segments.reduce((sum, segment) => sum + recordsAfter(segment, passed), 0);
  return { segments, count, floor: Math.max(state.floor, ...segments.map(({ last }) => last)) };
}

function recordsAfter({ first, last, records }: Segment, passed: Position): number {
  if (records === 0 || last <= passed) return 0;
  return first > passed ? records : Math.min(records, last - passed);
}

/** The oldest segments whose every record lies at or before `bound`. */
export function planTrim(state: JournalState, bound: Position): readonly Segment[] {
  const end = state.segments.findIndex(({ records, last }) => records > 0 && last > bound);
  return end < 0 ? state.segments : state.segments.slice(0, end);
}

/** Segments without records, which the head of the newest one has made superfluous. */
export function planTidy(state: JournalState): readonly Segment[] {
  return state.segments.slice(0, -1).filter(({ bytes, noteBytes }) => bytes === noteBytes);
}

/** Forgets segments, never the newest, and answers those whose files are to be removed. */
export function letGo(state: JournalState, segments: readonly Segment[]): readonly Segment[] {
  const gone = new Set(segments);
  const newest = state.segments.at(-1);
  if (newest !== undefined) gone.delete(newest);
  state.segments = state.segments.filter((segment) => !gone.has(segment));
  if (!state.segments.some(({ records }) => records > 0)) state.newest = 0;
  return [...gone];
}

/** Removes the files of segments, and answers those that stayed. */
export async function removeFiles(
  segments: readonly Segment[],
  { folder, files }: { readonly folder: string; readonly files: Files },
): Promise<readonly Segment[]> {
  const stayed: Segment[] = [];
  for (const segment of segments) {
    await files.unlink(join(folder, segment.name)).catch((error) => {
      if (systemCode(error) !== "ENOENT") stayed.push(segment);
    });
  }
  return stayed;
}
