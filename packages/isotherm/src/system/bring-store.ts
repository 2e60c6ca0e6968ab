import { CollectorError, type Store } from "@isotherm/collector";
import type { ResolvedConfig } from "../config/resolved.js";
import { CommandError } from "../error.js";
import { type Prepared, prepare } from "../setup/prepare.js";
import { shownAddress } from "./shown-address.js";
import { bringUp, connectStore } from "./store.js";

/**
 * A collector's store with what it holds for this machine, or, while the database is away, with what was known last: its
 * `migrate` then does what is still to be done.
 */
export type BroughtStore<Known> = { readonly store: Store } & (
  | { readonly prepared: Prepared; readonly known: null }
  | { readonly prepared: null; readonly known: Known }
);

/** How a command waits for its database. */
export interface BringOptions<Known> {
  readonly now: () => number;
  /** With what it starts while the database is away; null where that has to wait. */
  readonly known: () => Promise<Known | null>;
  /** Takes lines for a person. */
  readonly note: (line: string) => void;
  /** Resolves when a person wants it to end. */
  readonly stopped: Promise<unknown>;
  /** Waits so many ms. @default a timer */
  readonly pause?: (ms: number) => Promise<unknown>;
  /** @default what the configuration names */
  readonly connect?: typeof connectStore;
}

/** Milliseconds between tries; each wait is twice the one before. */
const shortest = 1_000;
const longest = 30_000;

/**
 * Opens the database of a server, with the configured sites in it. One on a server of its own that is away is waited for, after
 * one line that says so, unless enough is known to go on without it. Null where a person wanted an end meanwhile. What waiting
 * does not mend rejects: `config_invalid` where the server does not take who asks.
 */
export async function bringStore<Known>(
  config: ResolvedConfig,
  { now, known, note, stopped, pause = timer, connect = connectStore }: BringOptions<Known>,
): Promise<BroughtStore<Known> | null> {
  const { collector, sites, data } = config;
  const { url } = collector.store;
  const store = await connect(collector, { threads: true });
  const bring = async (): Promise<Prepared> => {
    await bringUp(store, collector);
    return prepare({ store, sites, data, now: now() });
  };
  const ended = stopped.then(() => null);
  let told = false;
  try {
    for (let wait = shortest; ; wait = Math.min(2 * wait, longest)) {
      const tried = await Promise.race([bring().catch((error: unknown) => awayBy(error, url)), ended]);
      if (tried === null) break;
      if (!("away" in tried)) {
        if (told) note("The database answers.");
        return { store, prepared: tried, known: null };
      }
      const last = await known();
      if (last !== null) {
        note(`warning: ${tried.away}; going on with the sites and keys that were known last`);
        return { store: { ...store, migrate: async () => void (await bring()) }, prepared: null, known: last };
      }
      if (!told) note(`warning: ${tried.away}; nothing starts before it answers, trying again until then`);
      told = true;
      const goesOn = await Promise.race([pause(wait).then(() => true), ended]);
      if (goesOn === null) break;
    }
  } catch (error) {
    await store.close();
    throw error;
  }
  await store.close();
  return null;
}

/** What to say of a server that is away; throws everything else. */
function awayBy(error: unknown, url: string | undefined): { readonly away: string } {
  if (!(error instanceof CollectorError) || url === undefined) throw error;
  const place = `collector.store.url: ${shownAddress(url)}`;
  if (error.code === "store_unavailable") return { away: `${place} is away (${error.message})` };
  if (error.code !== "store_refused") throw error;
  throw new CommandError("config_invalid", `${place}: ${error.message}`, { cause: error });
}

const timer = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms));
