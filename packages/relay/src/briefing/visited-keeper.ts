import type { Briefing } from "@isotherm/protocol";
import { type Book, book } from "./book.js";
import type { Keeper, KeeperOptions } from "./keeper.js";
import { withoutOldSalts } from "./old-salts.js";

/** A keeper where nothing runs between two requests: it looks after its book when somebody comes. */
export interface VisitedKeeper extends Keeper {
  /** Resolves once the book is as good as it can be for the request at hand. Never rejects. */
  ready(): Promise<void>;
}

/** A book is fetched at most this often for strangers' keys, and while the collector is away, in ms. */
const debounceMs = 5_000;

/**
 * Keeps a book for requests of which none may wait for another's work: on Workers, what a request has begun ends with it,
 * and nobody hears of it (https://developers.cloudflare.com/workers/observability/errors/#cannot-perform-io-on-behalf-of-a-different-request).
 */
export function visitedKeeper(options: KeeperOptions): VisitedKeeper {
  const { sites, fetch, snapshot, everyMs, now, log } = options;
  let briefing: Briefing | undefined;
  let freshUntil = Number.NEGATIVE_INFINITY;
  let isLoaded = fetch === undefined;
  let kept = "";
  let error: string | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  let answeredAt = Number.NEGATIVE_INFINITY;
  let closed = false;

  const write = (): Book => book({ sites, briefing, known: fetch === undefined || briefing !== undefined });
  let current = write();
  const take = (given: Briefing, until: number): void => {
    briefing = withoutOldSalts(given, now());
    freshUntil = until;
    current = write();
  };

  const load = async (): Promise<void> => {
    const stored = await snapshot.load();
    isLoaded = true;
    if (stored === undefined || (briefing !== undefined && briefing.at >= stored.at)) return;
    kept = contentOf(stored);
    take(stored, stored.at + everyMs);
  };

  const keep = async (given: Briefing): Promise<void> => {
    const content = contentOf(given);
    if (content === kept) return;
    try {
      await snapshot.save(given);
      kept = content;
    } catch (cause) {
      log.warn({ err: cause }, "the briefing could not be kept; whoever starts next has to fetch it anew");
    }
  };

  const ask = async (): Promise<boolean> => {
    if (fetch === undefined || closed) return fetch === undefined;
    askedAt = performance.now();
    try {
      take(await fetch(new AbortController().signal), now() + everyMs);
      error = null;
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      if (error !== message) log.warn({ reason: message, known: current.known }, "the briefing could not be fetched");
      error = message;
      if (briefing !== undefined) take(briefing, freshUntil);
    }
    answeredAt = performance.now();
    if (briefing !== undefined) await keep(briefing);
    return error === null;
  };

  const isRecent = (): boolean => performance.now() - askedAt < debounceMs;

  return {
    get book() {
      return current;
    },
    async ready() {
      if (!isLoaded) await load();
      if (fetch === undefined || now() < freshUntil) return;
      // The old book will do while another request asks, and for a moment after that was in vain.
      const isInVain = isRecent() && (answeredAt < askedAt || error !== null);
      if (current.known && isInVain) return;
      await ask();
    },
    refresh: ask,
    // While another request asks, nobody can tell what it will hear.
    ensure: async () => (isRecent() ? answeredAt >= askedAt && error === null : ask()),
    state: () => ({ known: current.known, at: briefing?.at ?? null, error }),
    async close() {
      closed = true;
    },
  };
}

const contentOf = ({ sites, salts }: Briefing): string => JSON.stringify([sites, salts]);
