import type { Briefing, SiteBriefing } from "@isotherm/protocol";
import type { Log } from "../log.js";
import { type Book, book } from "./book.js";
import { withoutOldSalts } from "./old-salts.js";
import type { Snapshot } from "./snapshot.js";

/** Keeps the book of sites and salts up to date. */
export interface Keeper {
  readonly book: Book;
  /** Fetches now, or joins the fetch that is under way. True when the book is fresh. */
  refresh(): Promise<boolean>;
  /** Fetches unless that was done a moment ago. False when it cannot be told whether the book is complete. */
  ensure(): Promise<boolean>;
  state(): BriefingState;
  /** Ends the fetch that is under way; resolves once nothing is written any more. */
  close(): Promise<void>;
}

/** How well the relay knows its sites. */
export interface BriefingState {
  readonly known: boolean;
  /** The collector's clock when it wrote the briefing at hand, in ms since 1970; null without one. */
  readonly at: number | null;
  /** Why the last fetch failed; null when it worked. */
  readonly error: string | null;
}

/** Options of a keeper. */
export interface KeeperOptions {
  readonly sites: readonly SiteBriefing[];
  /** Asks the collector, or makes one; undefined for a relay that takes no batches. */
  readonly fetch: ((signal: AbortSignal) => Promise<Briefing>) | undefined;
  readonly snapshot: Snapshot;
  readonly everyMs: number;
  readonly now: () => number;
  readonly log: Log;
}

/** Strangers' keys cause a fetch at most this often. */
const debounceMs = 5_000;
/** How soon a fetch that failed is tried again, doubling up to the usual time. */
const firstRetryMs = 1_000;

/** Opens the last snapshot and goes on from there. */
export async function keeper(options: KeeperOptions): Promise<Keeper> {
  const { sites, fetch, snapshot, everyMs, now, log } = options;
  const closing = new AbortController();

  const stored = fetch === undefined ? undefined : await snapshot.load();
  let briefing = stored === undefined ? undefined : withoutOldSalts(stored, now());
  const write = (): Book => book({ sites, briefing, known: fetch === undefined || briefing !== undefined });
  let current = write();
  let error: string | null = null;
  let failures = 0;
  let triedAt = Number.NEGATIVE_INFINITY;
  let underway: Promise<boolean> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  let saltsOnDisk = stored?.salts.length ?? 0;
  const keep = async (given: Briefing): Promise<void> => {
    try {
      await snapshot.save(given);
      saltsOnDisk = given.salts.length;
    } catch (cause) {
      log.warn({ err: cause }, "the briefing could not be kept on disk; a restart has to fetch it anew");
    }
  };

  /** While no new briefing comes, nothing else would: not in memory, and not on disk. */
  const forgetOldSalts = async (): Promise<void> => {
    if (briefing === undefined) return;
    briefing = withoutOldSalts(briefing, now());
    current = write();
    if (briefing.salts.length !== saltsOnDisk) await keep(briefing);
  };

  const attempt = async (ask: NonNullable<KeeperOptions["fetch"]>): Promise<boolean> => {
    try {
      briefing = withoutOldSalts(await ask(closing.signal), now());
      current = write();
      if (error !== null) log.info({ sites: briefing.sites.length }, "the collector's briefing is there again");
      error = null;
      failures = 0;
      await keep(briefing);
      return true;
    } catch (cause) {
      if (closing.signal.aborted) return false;
      failures++;
      const message = cause instanceof Error ? cause.message : String(cause);
      if (error !== message) log.warn({ reason: message, known: current.known }, "the briefing could not be fetched");
      error = message;
      await forgetOldSalts();
      return false;
    }
  };

  const plan = (): void => {
    clearTimeout(timer);
    if (closing.signal.aborted) return;
    const wait = failures === 0 ? everyMs : Math.min(everyMs, firstRetryMs * 2 ** Math.min(failures - 1, 16));
    timer = setTimeout(() => void refresh(), wait);
    timer.unref?.();
  };

  const refresh = (): Promise<boolean> => {
    if (fetch === undefined || closing.signal.aborted) return Promise.resolve(fetch === undefined);
    underway ??= attempt(fetch).finally(() => {
      underway = undefined;
      triedAt = performance.now();
      plan();
    });
    return underway;
  };

  return {
    get book() {
      return current;
    },
    refresh,
    ensure: () =>
      performance.now() - triedAt < debounceMs && underway === undefined ? Promise.resolve(error === null) : refresh(),
    state: () => ({ known: current.known, at: briefing?.at ?? null, error }),
    async close() {
      closing.abort();
      clearTimeout(timer);
      await underway;
    },
  };
}
