import { createHash } from "node:crypto";
import { horizon, type SealedBatch } from "@isotherm/protocol";
import { eventTime } from "../../derive/event-time.js";
import type { Connection } from "../connection.js";

/** What stands for a visitor where the name itself may not be kept. */
export function nameDigest(site: string, name: string): string {
  return digestOf("visitor", site, name);
}

/** What stands for something of a site that only has to be recognised. */
export function digestOf(kind: "visitor" | "tab" | "view", site: string, name: string): string {
  return createHash("sha256")
    .update(JSON.stringify([kind, site, name]))
    .digest("hex");
}

/** A site by its number and its id. */
export interface KnownSite {
  readonly n: number;
  readonly id: string;
}

/** From when on no batch can come any more that an erasure or a sweep has to be held against, in ms. */
const remembering = horizon.remember;

/** Who was erased of a site. */
export interface ErasedNames {
  /** Up to when what happened under a name is erased, in ms since 1970; `never` where nothing is. */
  until(name: string): number;
  /** Has late batches of these names refused up to `until`. */
  note(names: Iterable<string>, until: number): void;
}

/** Before all times. */
export const never: number = Number.NEGATIVE_INFINITY;

/** The erased visitors of a site, read once for a run of writing. */
export function erasedNames(connection: Connection, site: KnownSite): ErasedNames {
  const rows = connection.all<{ name: string; until: number }>(
    "SELECT name, until FROM erased_names WHERE site = ?",
    site.n,
  );
  const known = new Map(rows.map((row) => [row.name, row.until]));
  return {
    until: (name) => (known.size === 0 ? never : (known.get(nameDigest(site.id, name)) ?? never)),
    note(names, until) {
      for (const name of names) {
        const digest = nameDigest(site.id, name);
        if ((known.get(digest) ?? never) >= until) continue;
        known.set(digest, until);
        connection.run("DELETE FROM erased_names WHERE site = ? AND name = ?", site.n, digest);
        connection.run("INSERT INTO erased_names (site, name, until) VALUES (?, ?, ?)", site.n, digest, until);
      }
    },
  };
}

/** Up to when that is erased which a batch belongs to; null where it happened later, or is nobody's who was erased. */
export function erasedUntil(erased: ErasedNames, batch: SealedBatch): number | null {
  const { visitor, user, tab, edge } = batch;
  const names = [visitor, edge.visitor, edge.previous, user, tab].filter((name) => name !== undefined);
  const until = Math.max(...names.map(erased.until));
  return eventTime(batch)({ t: 0 }) <= until ? until : null;
}

/** Lets go of what can no longer matter: digests of names, and ids of batches whose rows went before they were forgotten. */
export function forgetNames(connection: Connection, now: number): void {
  connection.run("DELETE FROM erased_names WHERE until < ?", now - remembering);
  connection.run("DELETE FROM erased_traces WHERE until < ?", now - remembering);
  connection.run("DELETE FROM erasures WHERE finished IS NOT NULL AND until < ?", now - remembering);
  connection.run("DELETE FROM seen_ids WHERE received < ?", now - remembering);
}
