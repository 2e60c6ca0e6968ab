import { createHash } from "node:crypto";
import { horizon, type SealedBatch } from "@isotherm/protocol";
import { eventTime } from "../../derive/event-time.js";
import type { Connection } from "../connection.js";

/** What stands for a visitor where the name itself may not be kept. */
export function nameDigest(site: string, name: string): string {
  return createHash("sha256")
    .update(JSON.stringify(["visitor", site, name]))
    .digest("hex");
}

/** From when on no batch can come any more that an erasure or a sweep has to be held against, in ms. */
const remembering = horizon.remember;

/** Tells which late batches belong to what was erased. */
export type ErasedNames = (batch: SealedBatch) => boolean;

/** The erased visitors of a site, read once for a run of writing. */
export function erasedNames(connection: Connection, site: { readonly n: number; readonly id: string }): ErasedNames {
  const rows = connection.all<{ name: string; until: number }>(
    "SELECT name, until FROM erased_names WHERE site = ?",
    site.n,
  );
  if (rows.length === 0) return () => false;
  const until = new Map(rows.map((row) => [row.name, row.until]));
  return (batch) => {
    const { visitor, user, tab, edge } = batch;
    const names = [visitor, edge.visitor, edge.previous, user, tab].filter((name) => name !== undefined);
    const at = eventTime(batch)({ t: 0 });
    return names.some((name) => at <= (until.get(nameDigest(site.id, name)) ?? Number.NEGATIVE_INFINITY));
  };
}

/** Has late batches of these names refused up to `until`. */
export function noteErased(
  connection: Connection,
  site: { readonly n: number; readonly id: string },
  names: Iterable<string>,
  until: number,
): void {
  for (const name of names) {
    const digest = nameDigest(site.id, name);
    connection.run("DELETE FROM erased_names WHERE site = ? AND name = ?", site.n, digest);
    connection.run("INSERT INTO erased_names (site, name, until) VALUES (?, ?, ?)", site.n, digest, until);
  }
}

/** Lets go of what can no longer matter: digests of names, and ids of batches whose rows went before they were forgotten. */
export function forgetNames(connection: Connection, now: number): void {
  connection.run("DELETE FROM erased_names WHERE until < ?", now - remembering);
  connection.run("DELETE FROM erasures WHERE finished IS NOT NULL AND until < ?", now - remembering);
  connection.run("DELETE FROM seen_ids WHERE received < ?", now - remembering);
}
