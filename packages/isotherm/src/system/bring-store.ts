import { existsSync } from "node:fs";
import { join } from "node:path";
import { CollectorError, type Store } from "@isotherm/collector";
import type { ResolvedConfig } from "../config/resolved.js";
import { type Prepared, prepare } from "../setup/prepare.js";
import { folders } from "./folders.js";
import { bringUp, connectStore } from "./store.js";

/** A collector's store, and what it holds for this machine. */
export interface BroughtStore {
  readonly store: Store;
  /** Null while the database is away: `migrate` then does what is still to be done. */
  readonly prepared: Prepared | null;
  /** What was the matter then. */
  readonly away: string | null;
}

/**
 * Opens the database of a collector that runs alone, with the configured sites in it. Where it is on a server that is away,
 * a collector that has been here before need not wait for it: it knows the keys, and has room for batches.
 */
export async function bringStore(config: ResolvedConfig, now: () => number): Promise<BroughtStore> {
  const { collector, sites, data } = config;
  const store = await connectStore(collector, { threads: true });
  const bring = async (): Promise<Prepared> => {
    await bringUp(store, collector);
    return prepare({ store, sites, data, now: now() });
  };
  try {
    return { store, prepared: await bring(), away: null };
  } catch (error) {
    const isAway = error instanceof CollectorError && error.code === "store_unavailable";
    const hasSnapshot = existsSync(join(folders(data).collector, "registry.json"));
    if (collector.store.url === undefined || !isAway || !hasSnapshot) {
      await store.close();
      throw error;
    }
    return { store: { ...store, migrate: async () => void (await bring()) }, prepared: null, away: error.message };
  }
}
