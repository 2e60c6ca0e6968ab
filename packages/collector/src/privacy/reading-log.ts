import type { AuditEntry } from "../store/people.js";
import type { Store } from "../store/store.js";

/** Somebody's look at what is kept of people. */
export type Reading = Pick<AuditEntry, "actor" | "action" | "site" | "subject">;

/** Notes who looked at visits, for the audit. */
export interface ReadingLog {
  /** Resolves once the reading is in the audit: before that, nothing may be told. Rejects while the store does not take it. */
  note(reading: Reading): Promise<void>;
}

const hour = 3_600_000;
/** Readings of one hour that are remembered; who reads more of them is noted more often. */
const remembered = 10_000;

/**
 * The same reading by the same key is noted once an hour: a dashboard asks every few seconds, and what counts is who saw
 * what when, not how often.
 */
export function readingLog({
  store,
  now,
  most = remembered,
}: {
  readonly store: Pick<Store, "note">;
  readonly now: () => number;
  /** @default 10000 */
  readonly most?: number;
}): ReadingLog {
  let turn = Number.NaN;
  const noted = new Map<string, Promise<void>>();
  return {
    note({ actor, action, site, subject }) {
      const at = now();
      if (Math.floor(at / hour) !== turn) noted.clear();
      turn = Math.floor(at / hour);
      const name = JSON.stringify([actor, action, site, subject]);
      const known = noted.get(name);
      if (known) return known;
      const noting = store.note({ at, actor, action, site, subject, detail: null });
      noted.set(name, noting);
      const [oldest] = noted.keys();
      if (noted.size > most && oldest !== undefined) noted.delete(oldest);
      // What was not written has to be written by the next.
      noting.catch(() => {
        if (noted.get(name) === noting) noted.delete(name);
      });
      return noting;
    },
  };
}
