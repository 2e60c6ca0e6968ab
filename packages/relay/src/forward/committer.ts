import type { BatchJournal, Position, Range } from "@isotherm/journal";
import { addTo } from "../ledger/add-to.js";
import type { Log } from "../log.js";
import type { Progress } from "./progress.js";

/** Moves a reader's cursor durably, as far as progress allows. */
export interface Committer {
  /** The place that is durable. */
  readonly position: Position;
  /** Moves the cursor soon; steps that come meanwhile go with the next write. */
  nudge(): void;
  /** Resolves once the cursor is at or after a place; false when that will not happen any more. */
  reached(position: Position): Promise<boolean>;
  /** Writes what there is, then ends. */
  close(): Promise<void>;
}

const retryMs = 1_000;

/** A committer of one reader. */
export function committer(options: {
  readonly journal: BatchJournal;
  readonly name: string;
  readonly start: Position;
  readonly progress: Progress;
  readonly log: Log;
  /** Least time between two writes, in ms: each is an fdatasync, which appends and a target on the same disk wait for. */
  readonly everyMs: number;
  /** The cursor moved. */
  readonly onMoved: (position: Position) => void;
}): Committer {
  const { journal, name, progress, log, everyMs, onMoved } = options;
  let position = options.start;
  let held: { position: Position; tally: { [name: string]: number }; ahead: readonly Range[] } | undefined;
  let writing: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Monotonic time of the next write. */
  let due = Number.NEGATIVE_INFINITY;
  let closed = false;
  let again = false;
  const waiting = new Set<{ readonly position: Position; readonly done: (reached: boolean) => void }>();

  const collect = (): void => {
    const step = progress.step();
    if (step === undefined) return;
    const tally = { ...held?.tally };
    addTo(tally, step.tally);
    held = { ...step, tally };
  };

  const write = async (): Promise<void> => {
    collect();
    if (held === undefined) return;
    const step = held;
    held = undefined;
    due = performance.now() + everyMs;
    try {
      await journal.advance(name, step.position, step.tally, step.ahead);
    } catch (error) {
      held = step;
      if (closed) return;
      log.error({ target: name, err: error }, "the cursor cannot be written; trying again");
      due = performance.now() + retryMs;
      again = true;
      return;
    }
    position = step.position;
    for (const entry of waiting) {
      if (entry.position > position) continue;
      waiting.delete(entry);
      entry.done(true);
    }
    onMoved(position);
  };

  const begin = (): void => {
    timer = undefined;
    again = false;
    writing = write().finally(() => {
      writing = undefined;
      // It came after the look at the progress.
      if (again && !closed) nudge();
    });
  };

  const nudge = (): void => {
    if (writing !== undefined) again = true;
    if (writing !== undefined || timer !== undefined) return;
    const wait = due - performance.now();
    if (wait <= 0) begin();
    else {
      timer = setTimeout(begin, wait);
      timer.unref?.();
    }
  };

  return {
    get position() {
      return position;
    },
    nudge,
    reached(wanted) {
      if (wanted <= position) return Promise.resolve(true);
      if (closed) return Promise.resolve(false);
      return new Promise((done) => waiting.add({ position: wanted, done }));
    },
    async close() {
      closed = true;
      await writing;
      clearTimeout(timer);
      begin();
      await writing;
      for (const { done } of waiting) done(false);
      waiting.clear();
    },
  };
}
