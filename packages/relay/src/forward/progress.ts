import { aheadMax, type Position, type Range, type ReaderState, type Tally } from "@isotherm/journal";
import { addTo } from "../ledger/add-to.js";

/** A move that a reader may make: all up to `position` and in `ahead` is settled; the tally is what was not counted yet. */
export interface Step {
  readonly position: Position;
  readonly tally: Tally;
  readonly ahead: readonly Range[];
}

/**
 * Keeps the order: records are settled in any order, but a cursor moves over those alone that have no open one before
 * them. What is settled beyond it is said too, so that it does not come again after a restart.
 */
export interface Progress {
  /** Records that were read and that the cursor has not passed. */
  readonly size: number;
  /** A record was read; positions rise. False when an earlier run has settled it. */
  open(position: Position): boolean;
  /** Nothing is left of what stood up to a place: opens it in the name of all, and answers with how many of them were not settled. */
  gap(position: Position): number;
  /** What became of an open place, as the tally counts it. */
  settle(position: Position, tally: Tally): void;
  /** Counts what goes with no place. */
  count(tally: Tally): void;
  /** Takes the longest step there is; undefined when nothing was settled or counted since the last one. */
  step(): Step | undefined;
}

/** Settled places without one between them that is not, and how many records were read there. */
interface Run {
  first: Position;
  last: Position;
  records: number;
}

/** Progress from where a reader stands. */
export function progress({ position, ahead = [] }: Pick<ReaderState, "position" | "ahead">): Progress {
  let cursor = position;
  let newest = position;
  // Open places, each with the first that it stands for: places before it that hold no record go with it.
  const opened = new Map<Position, Position>();
  // Rising, apart from each other and from the cursor.
  const runs: Run[] = ahead.map(([first, last]) => ({ first, last, records: 0 }));
  // Settled while there were too many runs: neither said nor counted yet.
  let later: (readonly [Position, Tally])[] = [];
  let records = 0;
  let tally: { [name: string]: number } = {};
  let changed = false;

  /** The index of the first run that ends at or after a place. */
  const find = (place: Position): number => {
    let low = 0;
    for (let high = runs.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((runs[middle] as Run).last < place) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  /** Adds a run, as one with those that it touches; false when it would be one too many. */
  const add = (run: Run): boolean => {
    const index = find(run.first - 1);
    let end = index;
    for (let next = runs[end]; next !== undefined && next.first <= run.last + 1; next = runs[++end]) {
      run.first = Math.min(run.first, next.first);
      run.last = Math.max(run.last, next.last);
      run.records += next.records;
    }
    if (end === index && runs.length >= aheadMax && run.first > cursor + 1) return false;
    runs.splice(index, end - index, run);
    return true;
  };

  const enter = (place: Position, outcome: Tally): boolean => {
    if (!add({ first: opened.get(place) as Position, last: place, records: 1 })) return false;
    opened.delete(place);
    records++;
    addTo(tally, outcome);
    changed = true;
    return true;
  };

  const move = (): void => {
    const [run] = runs;
    if (run === undefined || run.first > cursor + 1) return;
    runs.shift();
    cursor = run.last;
    records -= run.records;
  };

  /** The first place that one which is read now stands for. */
  const next = (): Position => Math.max(cursor, newest) + 1;

  return {
    get size() {
      return opened.size + records;
    },
    open(place) {
      const first = next();
      newest = place;
      if (place <= cursor) return false;
      const run = runs[find(place)];
      if (run !== undefined && run.first <= place) {
        run.records++;
        records++;
        return false;
      }
      opened.set(place, first);
      return true;
    },
    gap(place) {
      const first = next();
      newest = place;
      if (place < first) return 0;
      opened.set(place, first);
      let owed = place - first + 1;
      for (const run of runs) owed -= Math.max(0, Math.min(run.last, place) - Math.max(run.first, first) + 1);
      return owed;
    },
    settle(place, outcome) {
      if (opened.has(place) && !enter(place, outcome)) later.push([place, outcome]);
    },
    count(more) {
      addTo(tally, more);
      changed = true;
    },
    step() {
      if (!changed) return undefined;
      move();
      later = later.filter(([place, outcome]) => !enter(place, outcome));
      move();
      const step = { position: cursor, tally, ahead: runs.map(({ first, last }): Range => [first, last]) };
      tally = {};
      changed = false;
      return step;
    },
  };
}
