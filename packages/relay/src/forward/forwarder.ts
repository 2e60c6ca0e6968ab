import type { Position } from "@isotherm/journal";
import type { Entry, Item } from "../target/target.js";
import { entriesOf } from "../target/unwritable.js";
import { type Dispatcher, dispatcher } from "./dispatcher.js";
import { feed, type Sink } from "./feeder.js";
import type { ForwarderParts } from "./forwarder-parts.js";
import { pause } from "./pause.js";
import { register } from "./register.js";
import { type Settlement, settlement } from "./settlement.js";

/** Brings every journaled batch to one target. */
export interface Forwarder {
  readonly name: string;
  state(): ForwarderState;
  /** Resolves once everything up to a place is settled, durably; false when the forwarder ends before. */
  passed(position: Position): Promise<boolean>;
  /** Goes on for at most `drainMs` while the target takes what is left, then ends. What is not settled stays journaled. */
  close(drainMs: number): Promise<void>;
}

/** How a target is doing. */
export interface ForwarderState {
  readonly state: "running" | "backing_off" | "stopped";
  /** Milliseconds until the next attempt, while backing off or stopped. */
  readonly retryInMs: number | null;
  /** Requests that may be in flight now. */
  readonly concurrency: number;
  /** Entries that the target takes no part of until somebody has mended something, while others go on. */
  readonly held: number;
  /** The last mishap, and when, in ms since 1970; it stays when all is well again. */
  readonly lastError: string | null;
  readonly lastErrorAt: number | null;
  readonly lastSuccessAt: number | null;
}

/** Starts a forwarder where its cursor stands. */
export async function forwarder(parts: ForwarderParts, onMoved: (position: Position) => void): Promise<Forwarder> {
  const { target, journal, log } = parts;
  const start = await register(journal, target.name);
  const ended = new AbortController();
  const { signal } = ended;
  let makeRoom = (): void => {};
  const account = settlement(parts, start, {
    moved(position) {
      onMoved(position);
      makeRoom();
    },
    settled: () => makeRoom(),
  });
  const sender = dispatcher(parts, account, signal);
  signal.addEventListener("abort", () => makeRoom());

  const room = async (): Promise<boolean> => {
    if (account.hasRoom) return !signal.aborted;
    // Half of it has to be free before more is read: in place of each batch that goes, one would come, and travel alone.
    while (!signal.aborted && account.isCrowded) {
      await new Promise<void>((resolve) => {
        makeRoom = resolve;
      });
    }
    return !signal.aborted;
  };
  const sink: Sink = {
    get isFull() {
      return !account.hasRoom;
    },
    room,
    fed: () => sender.pump(),
    item: (item) => accept(item, parts, account.open, sender),
    unreadable(item) {
      const entry = { item };
      if (!account.open(item, [entry])) return;
      const message = "the record in the journal is not one of this relay's";
      sender.bury([{ entry, code: "record_invalid", message }]);
    },
    missing: account.missing,
  };
  const feeding = feed(journal, start.position, sink, { log, signal });

  const drain = async (drainMs: number): Promise<void> => {
    const { last } = await journal.stats();
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), drainMs);
    const done = account.cursor.reached(last).then(() => late.abort());
    // A target that does not take batches now will not take them all before the deadline either.
    while (!late.signal.aborted && sender.gate.state.state === "open") await pause(20, late.signal);
    clearTimeout(timer);
    late.abort();
    void done;
  };

  return {
    name: target.name,
    state: () => stateOf(sender),
    passed: (position) => account.cursor.reached(position),
    async close(drainMs) {
      await drain(drainMs).catch(() => {});
      ended.abort();
      await feeding;
      await sender.finished();
      account.leave();
      await account.cursor.close();
    },
  };
}

function accept(item: Item, { target }: ForwarderParts, open: Settlement["open"], { queue, bury }: Dispatcher): void {
  const isElsewhere = item.again !== undefined && item.again.target !== target.name;
  const entries = isElsewhere ? [] : entriesOf(target, item);
  if (!open(item, entries)) return;
  for (const entry of entries) if (entry.refusal === undefined) queue.add(entry);
  const refused = entries.flatMap((entry: Entry) => (entry.refusal ? [{ entry, ...entry.refusal }] : []));
  if (refused.length > 0) bury(refused);
}

function stateOf({ gate, flow, trouble, held }: Dispatcher): ForwarderState {
  const { state } = gate;
  const isOpen = state.state === "open";
  return {
    state: isOpen ? "running" : state.stopped ? "stopped" : "backing_off",
    retryInMs: state.state === "waiting" ? Math.max(0, Math.round(state.until - performance.now())) : null,
    concurrency: flow.limit,
    held,
    lastError: trouble.error,
    lastErrorAt: trouble.errorAt,
    lastSuccessAt: trouble.successAt,
  };
}
