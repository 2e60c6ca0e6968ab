import type { Position, Tally } from "@isotherm/journal";
import { addTo } from "../ledger/add-to.js";

/** A step that a cursor may take: everything up to `position` is settled, as the tally says. */
export interface Step {
  readonly position: Position;
  readonly tally: Tally;
}

/** Keeps the order: records are settled in any order, but a cursor moves over those alone that have no open one before them. */
export interface Progress {
  /** Records between the cursor and the newest one read. */
  readonly size: number;
  /** A record was read; positions rise. */
  open(position: Position): void;
  /** What became of a record, as the tally counts it. */
  settle(position: Position, tally: Tally): void;
  /** Takes the longest step there is; undefined when the oldest record is still open. */
  step(): Step | undefined;
}

/** Progress from the cursor on. */
export function progress(): Progress {
  const outcomes = new Map<Position, Tally | undefined>();
  return {
    get size() {
      return outcomes.size;
    },
    open(position) {
      outcomes.set(position, undefined);
    },
    settle(position, tally) {
      if (outcomes.has(position)) outcomes.set(position, tally);
    },
    step() {
      const tally: { [name: string]: number } = {};
      let reached: Position | undefined;
      // A Map iterates in the order of insertion, which is that of the positions.
      for (const [position, outcome] of outcomes) {
        if (outcome === undefined) break;
        addTo(tally, outcome);
        outcomes.delete(position);
        reached = position;
      }
      return reached === undefined ? undefined : { position: reached, tally };
    },
  };
}
