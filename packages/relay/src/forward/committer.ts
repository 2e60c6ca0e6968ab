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
  /** The cursor moved. */
  readonly onMoved: (position: Position) => void;
}): Committer {
  const { journal, name, progress, log, onMoved } = options;
  let position = options.start;
  let held: { position: Position; tally: { [name: string]: number }; ahead: readonly Range[] } | undefined;
  let writing: Promise<void> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
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
    for (collect(); held !== undefined; collect()) {
      const step: NonNullable<typeof held> = held;
      held = undefined;
      try {
        await journal.advance(name, step.position, step.tally, step.ahead);
      } catch (error) {
        held = step;
        if (closed) return;
        log.error({ target: name, err: error }, "the cursor cannot be written; trying again");
        retry = setTimeout(nudge, retryMs);
        retry.unref?.();
        return;
      }
      position = step.position;
      for (const entry of waiting) {
        if (entry.position > position) continue;
        waiting.delete(entry);
        entry.done(true);
      }
      onMoved(position);
    }
  };

  const nudge = (): void => {
    clearTimeout(retry);
    again = writing !== undefined;
    writing ??= write().finally(() => {
      writing = undefined;
      // It came after the last look at the progress.
      if (again) nudge();
    });
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
      nudge();
      await writing;
      clearTimeout(retry);
      for (const { done } of waiting) done(false);
      waiting.clear();
    },
  };
}
