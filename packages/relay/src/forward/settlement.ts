import type { Position, Tally } from "@isotherm/journal";
import { passed } from "../ledger/names.js";
import type { Item, RefusedItem } from "../target/target.js";
import { type Committer, committer } from "./committer.js";
import type { ForwarderParts } from "./forwarder-parts.js";
import { progress } from "./progress.js";

/** Keeps account of what was read and of what became of it, and moves the cursor after it. */
export interface Settlement {
  readonly cursor: Committer;
  /** Nothing that was read is open. */
  readonly idle: boolean;
  /** More can be read without holding too much in memory. */
  readonly hasRoom: boolean;
  open(item: Item): void;
  forwarded(items: readonly Item[]): void;
  /** Settles items once they are in the dead letters; rejects, and settles nothing, when they cannot be written there. */
  bury(refused: readonly RefusedItem[]): Promise<void>;
  missing(position: Position, tally: Tally): void;
}

/** Records between the cursor and the newest one read: so many come again after a crash, and are recognised by their ids. */
const recordsAhead = 65_536;
/** Bytes of unsettled records in memory, per request that may be in flight. */
const bytesAhead = 2_097_152;

/** The account of one target from a place on. */
export function settlement(
  parts: ForwarderParts,
  start: Position,
  on: { readonly moved: (position: Position) => void; readonly settled: () => void },
): Settlement {
  const { target, journal, deadLetters, log, now } = parts;
  const { name } = target;
  const steps = progress();
  let bytes = 0;
  const cursor = committer({ journal, name, start, progress: steps, log, onMoved: on.moved });

  const settle = (items: readonly Item[], outcome: string): void => {
    for (const item of items) {
      bytes -= sizeOf(item);
      steps.settle(item.position, { [item.kind === "gone" ? passed.gone : outcome]: 1 });
    }
    cursor.nudge();
    on.settled();
  };

  return {
    cursor,
    get idle() {
      return steps.size === 0;
    },
    get hasRoom() {
      return steps.size < recordsAhead && bytes < bytesAhead * target.concurrency;
    },
    open(item) {
      steps.open(item.position);
      bytes += sizeOf(item);
    },
    forwarded: (items) => settle(items, passed.forwarded),
    async bury(refused) {
      const at = now();
      await deadLetters.write(refused.map((letter) => ({ at, target: name, ...letter })));
      const [first] = refused;
      log.warn({ target: name, records: refused.length, code: first?.code }, "records went to the dead letters");
      settle(
        refused.map(({ item }) => item),
        passed.dead,
      );
    },
    missing(position, tally) {
      steps.open(position);
      steps.settle(position, tally);
      log.error({ target: name, ...tally }, "records were gone from the journal before the target had them");
      cursor.nudge();
    },
  };
}

const sizeOf = ({ batch, gone }: Item): number => batch.byteLength + gone.byteLength;
