import type { Salt } from "@isotherm/protocol";
import { saltsWanted } from "@isotherm/protocol/seal";
import { CollectorError } from "../collector-error.js";
import { withDeadline } from "../registry/deadline.js";
import type { RegistryKeeper } from "../registry/registry-keeper.js";
import type { Store } from "../store/store.js";

/** Salts of the days around now, in memory only: they are never written anywhere but into the store. */
export interface SaltKeeper {
  /**
   * Salts with which a visitor of the group at this time is hashed, as far as they are kept. Rejects with `unavailable`
   * while the store is away and the salt of a day that is still kept is missing: without it, a batch cannot be sealed.
   */
  around(group: string, at: number): Promise<readonly Salt[]>;
  /** Every salt that a relay needs for yesterday, today and the next two days. */
  all(): Promise<readonly Salt[]>;
  close(): void;
}

/** From the beginning of its day, in milliseconds. */
const saltLife = 172_800_000;
const patience = 2_000;
const lookEvery = 60_000;
const day = 86_400_000;

/**
 * Asks the store for salts at the start and as soon as tomorrow's are missing, so that a store that is away then keeps no
 * batch out; and when one comes that none is held for.
 */
export function saltKeeper(options: {
  readonly store: Pick<Store, "salts">;
  readonly registry: RegistryKeeper;
  readonly now: () => number;
}): SaltKeeper {
  const { store, registry, now } = options;
  let held: readonly Salt[] = [];
  let asking: Promise<void> | null = null;

  const forget = (): void => {
    held = held.filter(({ from }) => from + saltLife > now());
  };
  async function ask(): Promise<void> {
    const at = now();
    held = await withDeadline(patience, store.salts(saltsWanted(registry.known().registry.sites, at), at));
  }

  function refresh(): Promise<void> {
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  }

  const holds = (group: string, at: number): boolean =>
    held.some((salt) => salt.group === group && salt.from <= at && at < salt.until);

  const stock = async (): Promise<void> => {
    forget();
    const sites = registry.current()?.registry.sites ?? [];
    if (sites.every(({ group }) => holds(group, now()) && holds(group, now() + day))) return;
    // It is tried again, and whoever needs one meanwhile is told.
    await refresh().catch(() => undefined);
  };
  const timer = setInterval(() => void stock(), lookEvery).unref();
  void stock();

  return {
    async around(group, at) {
      forget();
      if (!holds(group, at)) {
        try {
          await refresh();
        } catch (cause) {
          // Past its life, a salt is gone for good, and waiting for the store would bring nothing back.
          if (at > now() - saltLife) throw unavailable(cause);
        }
      }
      return held;
    },
    async all() {
      try {
        await refresh();
      } catch (cause) {
        forget();
        const complete = registry.known().registry.sites.every(({ group }) => holds(group, now()));
        if (!complete) throw unavailable(cause);
      }
      return held;
    },
    close: () => clearInterval(timer),
  };
}

function unavailable(cause: unknown): CollectorError {
  return new CollectorError("unavailable", "the day's salt is in the store, which is away; try again soon", {
    cause,
    retryAfter: 5,
  });
}
