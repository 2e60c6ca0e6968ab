import { join } from "node:path";
import { type BatchJournal, JournalError, type JournalRecord } from "@isotherm/journal";
import { memoryJournal } from "@isotherm/journal/memory";
import type { Gone } from "@isotherm/protocol";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { newSecret } from "@isotherm/protocol/signature";
import type { Ledger, Relay, RelayOptions } from "@isotherm/relay";
import { type Backend, backend } from "./backend.js";
import { temporaryFolder } from "./folder.js";
import { post, startRelay } from "./relay.js";
import { type StandIn, standIn } from "./stand-in.js";

/** A relay before a collector and a webhook, that an operator stops to work on what it keeps. */
export interface Operated {
  readonly journal: BatchJournal;
  readonly folder: string;
  /** Of the dead letters. */
  readonly letters: string;
  readonly collector: StandIn;
  readonly hook: Backend;
  readonly relay: Relay;
  /** Sends new batches in one envelope, with what the sender discarded, and resolves to their ids. */
  send(count: number, gone?: readonly Gone[]): Promise<readonly string[]>;
  /** Waits until everything is settled, and ends the relay. */
  stop(): Promise<void>;
  /** Starts it again, and waits until everything is settled. */
  start(): Promise<Ledger>;
}

/** Starts one; it ends with the test. */
export async function operated(more: Partial<RelayOptions> = {}): Promise<Operated> {
  const folder = await temporaryFolder();
  const journal = memoryJournal();
  const collector = await standIn(more.now && { now: more.now });
  const hook = await backend();
  const { url, keyId, secrets } = collector;
  const options = {
    folder,
    journal,
    targets: [
      { type: "isotherm", url, keyId, secrets },
      { type: "webhook", name: "hook", url: hook.url, secrets: [newSecret()], concurrency: 1 },
    ],
    retry: { firstMs: 1, maxMs: 4 },
    ...more,
  } as const;
  let relay = await startRelay(collector, options);
  return {
    journal,
    folder,
    letters: join(folder, "dead-letters"),
    collector,
    hook,
    get relay() {
      return relay;
    },
    async send(count, gone) {
      const batches = Array.from({ length: count }, (_, seq) => batchOf({ seq }));
      await post(relay, { ...envelopeOf(), batches, ...(gone && { gone }) });
      return batches.map(({ id }) => id);
    },
    async stop() {
      await relay.drained();
      await relay.close();
    },
    async start() {
      relay = await startRelay(collector, options);
      await relay.drained();
      return relay.ledger();
    },
  };
}

/** Ids of batches that a webhook's receiver was sent, in the order of their arrival. */
export const idsAt = (hook: Backend): readonly string[] =>
  hook.seen.map(({ body }) => (JSON.parse(body) as { data: { id: string } }).data.id);

/** A journal whose process dies at the first append of records: before it, or when it is durable and nobody knows. */
export function dying(journal: BatchJournal, when: "before" | "after"): BatchJournal {
  return {
    ...journal,
    async append(records: readonly JournalRecord[], tally) {
      if (records.length > 0 && when === "after") await journal.append(records, tally);
      throw new JournalError("journal_unwritable", "killed");
    },
  };
}
