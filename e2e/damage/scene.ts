import { cpSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Batch } from "@isotherm/protocol";
import { onTestFinished } from "vitest";
import { sqliteDriver } from "../../packages/collector/src/store/sqlite/driver.js";
import type { Ledger } from "../kit/ledger.js";
import { isotherm } from "../kit/process.js";
import { storedIds } from "../kit/stored.js";
import { type System, type SystemOptions, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";
import { isMarked } from "./frames.js";
import { giveAway, isothermPlainly } from "./powers.js";
import { deliver } from "./send.js";

/** A system that was killed with batches on every step of their way. */
export interface Scene {
  readonly system: System;
  /** What is in the database, in the collector's journal alone, and in the relay's alone. */
  readonly stored: readonly Batch[];
  readonly waiting: readonly Batch[];
  readonly unsent: readonly Batch[];
  /** Brings all files back to what they were. */
  restore(): void;
  remove(): Promise<void>;
}

/** Where journals are. */
export const journals = (folder: string) => ({
  relay: join(folder, "isotherm-data/relay/journal"),
  collector: join(folder, "isotherm-data/collector/journal"),
});

/** How the processes of a drill are run. */
export interface PlaceOptions extends Pick<SystemOptions, "journalBytes" | "requestsPerMinute"> {
  /** As a user whose permissions count; root's do not. @default false */
  readonly plainly?: boolean;
  /** Is called with the folder before anything runs. @default nothing */
  readonly prepared?: (folder: string) => void;
  /** More of the processes' environment. @default none */
  readonly env?: (folder: string) => Record<string, string>;
}

/** Starts a system in a temporary folder. */
export async function startedSystem({
  plainly = false,
  prepared,
  env,
  ...options
}: PlaceOptions = {}): Promise<System> {
  const folder = mkdtempSync(join(tmpdir(), "isotherm-damage-"));
  const command = plainly ? isothermPlainly : isotherm;
  return startSystem(folder, {
    ...options,
    prepared() {
      prepared?.(folder);
      if (plainly) giveAway(folder);
    },
    run: (part, own) => command([part], folder, { ...own, ...env?.(folder) }),
  });
}

/** Ends a system when the test is over, and removes what it left. */
export function removeAfterwards(system: System, before: () => void = () => {}): void {
  onTestFinished(async () => {
    await system.stop();
    before();
    rmSync(system.folder, { recursive: true, force: true });
  });
}

/** Starts a system, sends batches, and kills both parts so that some are on every step of their way. */
export async function killedSystem(options: PlaceOptions = {}): Promise<Scene> {
  const system = await startedSystem({ journalBytes: 8_388_608, ...options });
  const { folder } = system;
  const stored = await deliver(system, 80, 10_000);
  await untilStored(system, stored);

  // With the database held by somebody else, the collector still takes batches, and keeps them in its journal.
  const release = holdDatabase(system);
  const waiting = await deliver(system, 160, 13_000);
  await until("the relay to have passed everything on", async () => (await waitingAt(system)) === 0 || null);
  await untilMarked(journals(folder).collector);
  await system.process("collector").stop("SIGKILL");
  release();
  const unsent = await deliver(system, 160, 13_000);
  await untilMarked(journals(folder).relay);
  await system.process("relay").stop("SIGKILL");

  const data = join(folder, "isotherm-data");
  const copy = mkdtempSync(join(tmpdir(), "isotherm-damage-copy-"));
  copyFiles(data, copy);
  return {
    system,
    stored,
    waiting,
    unsent,
    restore() {
      rmSync(data, { recursive: true });
      copyFiles(copy, data);
    },
    async remove() {
      await system.stop();
      rmSync(folder, { recursive: true, force: true });
      rmSync(copy, { recursive: true, force: true });
    },
  };
}

/** What a journal that is cut can report as lost is what its mark names. */
async function untilMarked(journal: string): Promise<void> {
  await until("the mark to name the last record", async () => isMarked(journal) || null);
}

/** Locks the database against the collector; the answer lets go. */
export function holdDatabase({ folder }: System): () => void {
  const Database = sqliteDriver();
  const database = new Database(join(folder, "isotherm-data/collector/isotherm.db"));
  database.pragma("busy_timeout = 5000");
  database.exec("BEGIN IMMEDIATE");
  return () => {
    database.exec("ROLLBACK");
    database.close();
  };
}

/** Resolves to every id that is stored, each as often as it is, once these batches all are. */
export function untilStored({ folder }: System, batches: readonly Batch[]): Promise<readonly string[]> {
  const wanted = batches.map(({ id }) => id);
  return until(`${wanted.length} batches to be stored`, async () => {
    const found = storedIds(folder);
    const known = new Set(found);
    return wanted.every((id) => known.has(id)) ? found : null;
  });
}

/** The relay's ledger as it is now. */
export async function ledgerOf({ ledger }: System): Promise<Ledger> {
  return (await (await fetch(ledger)).json()) as Ledger;
}

/** Batches that wait for the collector. */
export async function waitingAt(system: System): Promise<number> {
  return Object.values((await ledgerOf(system)).targets).reduce((sum, { waiting }) => sum + waiting, 0);
}

/** Sockets of killed writers stay behind: they hold nothing, and cannot be copied. */
function copyFiles(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (path) => !statSync(path).isSocket() });
}
