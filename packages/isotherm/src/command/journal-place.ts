import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { BatchJournal } from "@isotherm/journal";
import { passthroughName } from "@isotherm/relay/passthrough";
import type { ResolvedConfig } from "../config/resolved.js";
import { CommandError } from "../error.js";
import { folders } from "../system/folders.js";
import { openJournal } from "../system/journal.js";

/** A journal that a command works on. */
export interface JournalPlace {
  readonly folder: string;
  /** The relay's folder that it belongs to, with dead letters and quarantine; meaningless for a collector's. */
  readonly relay: string;
  readonly maxBytes: number;
  /** Readers that the configuration speaks of; undefined where it says nothing about this journal. */
  readonly readers: readonly string[] | undefined;
}

/** The journal that a person means: `relay`, `collector`, or a folder. */
export function journalPlace(which: string, config: ResolvedConfig, cwd: string): JournalPlace {
  const { relayJournal, collectorJournal, passthroughs } = folders(config.data);
  const named: { readonly [name: string]: string } = { relay: relayJournal, collector: collectorJournal };
  const folder = named[which] ?? resolve(cwd, which);
  const above = dirname(folder);
  const relay = basename(above) === "passthrough" ? dirname(above) : above;
  if (folder === collectorJournal) {
    return { folder, relay, maxBytes: config.collector.journalBytes, readers: undefined };
  }
  const through = config.relay.passthrough.find((it) => join(passthroughs, passthroughName(it)) === folder);
  if (through !== undefined) {
    const name = passthroughName(through);
    const readers = [name, ...(through.copy === undefined ? [] : [`${name}-copy`])];
    return { folder, relay, maxBytes: through.journalBytes ?? config.relay.journalBytes, readers };
  }
  const targets = ["isotherm", ...config.relay.targets.map(({ type, name = type }) => String(name))];
  return {
    folder,
    relay,
    maxBytes: config.relay.journalBytes,
    readers: folder === relayJournal ? targets : undefined,
  };
}

/** Refuses a folder without a journal: a command that looks for one must not make it. */
export async function mustBeJournal(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory()) return;
  throw new CommandError("journal_unreadable", `${folder} is no journal: nothing has been written there yet`);
}

/** Opens a journal for changing it, which only works while nobody else has it, and closes it afterwards. */
export async function withJournal<T>(
  { folder, maxBytes }: JournalPlace,
  now: () => number,
  use: (journal: BatchJournal) => Promise<T>,
): Promise<T> {
  await mustBeJournal(folder);
  const journal = await openJournal(folder, maxBytes, now);
  return use(journal).finally(() => journal.close());
}

/** The state of a reader; one that is not there is refused with the names of those that are. */
export async function mustRead(journal: BatchJournal, folder: string, reader: string): Promise<void> {
  const names = Object.keys((await journal.stats()).readers);
  if (names.includes(reader)) return;
  const known = names.length === 0 ? "it has none" : `its readers are ${names.join(", ")}`;
  throw new CommandError("usage_invalid", `${reader} does not read ${folder}; ${known}`);
}

/** `1 record`, `2 records`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
