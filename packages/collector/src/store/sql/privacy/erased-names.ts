import { createHash } from "node:crypto";
import { horizon, type SealedBatch } from "@isotherm/protocol";
import { eventTime } from "../../derive/event-time.js";
import type { Connection } from "../connection.js";
import type { VisitorKind } from "../visitors.js";

/** What stands for a visitor where the name itself may not be kept. */
export function nameDigest(site: string, name: string): string {
  return digestOf("visitor", site, name);
}

/**
 * A name with what it is a name of. Most are told by browsers, which may say anything: a tab that calls itself as a user does is
 * not that user. `any` is for what an operator calls a visitor.
 */
export interface Named {
  readonly kind: VisitorKind | "any";
  readonly name: string;
}

/** What stands for something of a site that only has to be recognised. */
export function digestOf(kind: "visitor" | "view" | VisitorKind, site: string, name: string): string {
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
  /** Whether nobody was erased, or so long ago that nothing of theirs can come any more. */
  isEmpty(): boolean;
  /** Up to when what happened under a name is erased, in ms since 1970; `never` where nothing is. */
  until(named: Named): number;
  /** Has late batches of these names refused up to `until`. */
  note(names: Iterable<Named>, until: number): void;
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
  const digest = ({ kind, name }: Named): string =>
    kind === "any" ? nameDigest(site.id, name) : digestOf(kind, site.id, name);
  const untilOf = (named: Named): number => known.get(digest(named)) ?? never;
  return {
    isEmpty: () => known.size === 0,
    until({ kind, name }) {
      return Math.max(untilOf({ kind: "any", name }), kind === "any" ? never : untilOf({ kind, name }));
    },
    note(names, until) {
      for (const named of names) {
        const which = digest(named);
        if ((known.get(which) ?? never) >= until) continue;
        known.set(which, until);
        connection.run("DELETE FROM erased_names WHERE site = ? AND name = ?", site.n, which);
        connection.run("INSERT INTO erased_names (site, name, until) VALUES (?, ?, ?)", site.n, which, until);
      }
    },
  };
}

/** Up to when that is erased which a batch belongs to; null where it happened later, or is nobody's who was erased. */
export function erasedUntil(erased: ErasedNames, batch: SealedBatch): number | null {
  if (erased.isEmpty()) return null;
  const { visitor, user, tab, edge } = batch;
  const of = (kind: VisitorKind, name: string | undefined): number =>
    name === undefined ? never : erased.until({ kind, name });
  const hashes = Math.max(of("daily", edge.visitor), of("daily", edge.previous));
  const until = Math.max(hashes, of("stored", visitor), of("user", user), of("tab", tab));
  return eventTime(batch)({ t: 0 }) <= until ? until : null;
}

/** Lets go of what can no longer matter: digests of names, and ids of batches whose rows went before they were forgotten. */
export function forgetNames(connection: Connection, now: number): void {
  connection.run("DELETE FROM erased_names WHERE until < ?", now - remembering);
  connection.run("DELETE FROM erased_traces WHERE until < ?", now - remembering);
  connection.run("DELETE FROM erasures WHERE finished IS NOT NULL AND until < ?", now - remembering);
  connection.run("DELETE FROM seen_ids WHERE received < ?", now - remembering);
}
