import type { FastifyBaseLogger } from "fastify";
import { CollectorError } from "../collector-error.js";
import type { Registry } from "../store/sites.js";
import { withDeadline } from "./deadline.js";
import { type Directory, directory } from "./directory.js";
import type { Snapshot } from "./snapshot.js";

/** Sites and keys in memory, kept close to what the store says. */
export interface RegistryKeeper {
  /** What is known; null while neither the store nor a snapshot could be read. */
  current(): Directory | null;
  /** What is known. Throws `unavailable` while nothing is. */
  known(): Directory;
  /** Whether the store answered the last time it was asked. */
  fresh(): boolean;
  /**
   * Looks something up, asking the store again before it says no. Rejects with `unavailable` while a no could be wrong:
   * nothing is known yet, or the store is away and may hold a newer key.
   */
  find<T>(look: (known: Directory) => T | undefined): Promise<T | undefined>;
  /** Asks the store now. Resolves either way; never rejects. */
  refresh(): Promise<void>;
  /** The same, but never takes an answer for one that was asked for before the call: what was just changed is in it. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

/** A store that takes longer is taken to be away, so that no request waits on it. */
const patience = 2_000;
/** Unknown keys, however many, ask the store this often at most. */
const askAgainAfter = 250;

/** Starts with the store's registry, or else with the snapshot, and asks the store again every `pollEvery` ms. */
export async function registryKeeper(options: {
  readonly load: () => Promise<Registry>;
  readonly snapshot: Snapshot;
  readonly pollEvery: number;
  readonly logger: FastifyBaseLogger;
}): Promise<RegistryKeeper> {
  const { load, snapshot, pollEvery, logger } = options;
  const kept = await snapshot.read();
  let current = kept ? directory(kept) : null;
  let text = "";
  let fresh = false;
  let failed = false;
  let askedAt = 0;
  let asking: Promise<void> | null = null;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  async function ask(): Promise<void> {
    askedAt = performance.now();
    let registry: Registry;
    try {
      registry = await withDeadline(patience, load());
    } catch (error) {
      if (!failed) logger.warn({ err: error }, "the store does not tell its sites and keys");
      failed = true;
      fresh = false;
      return;
    }
    if (failed) logger.info("the store tells its sites and keys again");
    failed = false;
    fresh = true;
    const next = JSON.stringify(registry);
    if (next === text) return;
    current = directory(registry);
    try {
      await snapshot.write(registry);
      text = next;
    } catch (error) {
      logger.warn({ err: error }, "the snapshot of sites and keys cannot be written");
    }
  }

  function refresh(): Promise<void> {
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  }

  function known(): Directory {
    if (current) return current;
    throw new CollectorError("unavailable", "sites and keys are not known yet; try again soon", { retryAfter: 5 });
  }

  const poll = async (): Promise<void> => {
    await refresh();
    if (!closed) timer = setTimeout(poll, pollEvery).unref();
  };
  await poll();

  return {
    current: () => current,
    known,
    fresh: () => fresh,
    refresh,
    async renew() {
      if (asking) await asking;
      await refresh();
    },
    async find(look) {
      const found = current ? look(current) : undefined;
      if (found !== undefined) return found;
      if (asking || performance.now() - askedAt >= askAgainAfter) await refresh();
      const foundNow = look(known());
      if (foundNow === undefined && !fresh)
        throw new CollectorError("unavailable", "the store is away and may know this key; try again soon", {
          retryAfter: 5,
        });
      return foundNow;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      // What it is writing is of whoever opened the folder.
      await asking;
    },
  };
}
