import type { BatchJournal } from "@isotherm/journal";
import { memoryJournal } from "@isotherm/journal/memory";
import type { SealedBatch } from "@isotherm/protocol";
import { onTestFinished } from "vitest";
import type { DeadLetter } from "../../src/dead-letters/dead-letters.js";
import { forwarder } from "../../src/forward/forwarder.js";
import { encodeRecord } from "../../src/journal-record/record.js";
import { addTo } from "../../src/ledger/add-to.js";
import { ledgerOf, type TargetLedger } from "../../src/ledger/ledger.js";
import { names } from "../../src/ledger/names.js";
import { silent } from "../../src/log.js";
import { blind } from "../../src/observer.js";
import type { Target } from "../../src/target/target.js";
import { undiciTransport } from "../../src/transport/undici.js";

/** A journal with batches on their way to one target. */
export interface Forwarding {
  readonly journal: BatchJournal;
  readonly letters: DeadLetter[];
  /** Makes batches durable, as an intake does, each with the visitor's address where one is given. */
  append(batches: readonly SealedBatch[], address?: string): Promise<void>;
  /** The target's part of the ledger, as it stands. */
  account(): Promise<TargetLedger>;
  /** Resolves to that once all of them are settled. */
  settled(): Promise<TargetLedger>;
  /** Ends at once, whatever is still to be sent. */
  close(): Promise<void>;
  /** Ends like that, and goes on with the same journal. */
  restart(): Promise<void>;
}

/** Forwards to a target, quick to try again; it ends with the test. */
export async function forwarding(target: Target, now: () => number = Date.now): Promise<Forwarding> {
  const journal = memoryJournal();
  const transport = undiciTransport({ timeoutMs: 30_000 });
  const letters: DeadLetter[] = [];
  const deadLetters = {
    write: async (more: readonly DeadLetter[]) => void letters.push(...more),
    close: async () => {},
  };
  const parts = { target, journal, transport, deadLetters, log: silent, observer: blind, random: Math.random, now };
  const start = () => forwarder({ ...parts, firstMs: 5, maxMs: 20 }, () => {});
  let running = await start();
  onTestFinished(async () => {
    await running.close(0);
    await transport.close();
    await journal.close();
  });
  const account = async (): Promise<TargetLedger> => {
    const ledger = ledgerOf(await journal.stats(), [target.name]);
    if (!ledger.balanced) throw new Error(`the ledger does not balance: ${JSON.stringify(ledger)}`);
    return ledger.targets[target.name] as TargetLedger;
  };
  const key = "pk_a";
  const nothing = new Uint8Array(0);
  return {
    journal,
    letters,
    async append(batches, address) {
      const records = batches.map((batch) =>
        encodeRecord(batch.id, {
          kind: "batch",
          key,
          site: "shop",
          receivedAt: batch.edge.at,
          batch: new TextEncoder().encode(JSON.stringify(batch)),
          gone: nothing,
          ...(address !== undefined && { address }),
        }),
      );
      const tally: { [name: string]: number } = {};
      addTo(tally, { [names.received(key)]: batches.length, [names.journaled(key)]: batches.length });
      await journal.append(records, () => tally);
    },
    account,
    async settled() {
      const { last } = await journal.stats();
      await running.passed(last);
      return account();
    },
    close: () => running.close(0),
    async restart() {
      await running.close(0);
      running = await start();
    },
  };
}
