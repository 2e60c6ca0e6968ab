import type { JournalStats } from "../journal.js";
import type { JournalState } from "./state.js";
import { firstKept, keptBytes } from "./state.js";

/** What there is, as a copy. */
export function journalStats(state: JournalState, maxBytes: number): JournalStats {
  return {
    bytes: keptBytes(state),
    maxBytes,
    records: state.segments.reduce((sum, { records }) => sum + records, 0),
    first: firstKept(state),
    last: state.next - 1,
    oldestAt: state.segments.find(({ records }) => records > 0)?.firstAt ?? null,
    tally: Object.fromEntries(state.tally),
    readers: Object.fromEntries(state.readers),
    dropped: state.dropped,
    damage: [...state.damage],
    failing: state.failing,
  };
}
