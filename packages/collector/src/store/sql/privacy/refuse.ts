import type { SealedBatch } from "@isotherm/protocol";
import { eventTime } from "../../derive/event-time.js";
import type { Connection } from "../connection.js";
import type { WrittenSite } from "../insert-batch.js";
import type { Writer } from "../writer.js";
import { order } from "./erase.js";
import { type ErasedNames, erasedUntil, type KnownSite, type Named, never } from "./erased-names.js";
import { noteTraces } from "./erased-traces.js";
import { everyoneNamed } from "./people.js";

/**
 * Tells whether a batch belongs to what was erased, and learns from one that does what the erasure would have found had it
 * been stored before: which tab and page view are theirs, and who else they are.
 */
export function refuse(
  writer: Writer,
  site: WrittenSite & KnownSite,
  erased: ErasedNames,
  batch: SealedBatch,
): boolean {
  const last = erasedUntil(erased, batch);
  if (last === null) return false;
  const { connection } = writer;
  const { tab, page } = batch;
  noteTraces(connection, site, { tabs: [tab], views: [page.id] }, last);
  // A picture may be quicker than the batches of its page view.
  connection.run("DELETE FROM snapshots WHERE site = ? AND view = ?", site.n, page.id);
  const { names, until } = themselves(connection, site, erased, batch);
  // Machines are identified as nobody, and their hashes go on from none.
  if (names.length === 0 || writer.enrich(batch, site.hosts).bot !== null) return true;
  for (const who of names) {
    // Who was never seen needs no search.
    if (everyoneNamed(connection, site.n, who).length > 0)
      order(connection, site, erased, { id: crypto.randomUUID(), who, until });
    else erased.note([who], until);
  }
  return true;
}

/** The names in a refused batch that are the erased visitor's too, without those that are known to be. */
function themselves(
  connection: Connection,
  site: KnownSite,
  erased: ErasedNames,
  batch: SealedBatch,
): { readonly names: readonly Named[]; readonly until: number } {
  const { visitor, user, edge } = batch;
  const own = senderOf(batch);
  // Only hashes go on from one another. That a tab is theirs says nothing of its hash, which may stand for others as well.
  const names =
    visitor === undefined && edge.previous !== undefined
      ? [own, { kind: "daily", name: edge.previous } as const]
      : [own];
  const at = eventTime(batch)({ t: 0 });
  const asUser =
    user === undefined || isIdentified(connection, site, own, at) ? never : erased.until({ kind: "user", name: user });
  const until = Math.max(asUser, ...names.map(erased.until));
  return { names: until < at ? [] : names.filter((name) => erased.until(name) < until), until };
}

/** Under what name a person's batch is stored. */
function senderOf({ visitor, tab, edge }: SealedBatch): Named {
  if (visitor !== undefined) return { kind: "stored", name: visitor };
  return edge.visitor === undefined ? { kind: "tab", name: tab } : { kind: "daily", name: edge.visitor };
}

/** Whether a visitor was identified by then: a visitor is the user identified first. */
function isIdentified(connection: Connection, site: KnownSite, { kind, name }: Named, at: number): boolean {
  const row = connection.get(
    "SELECT 1 FROM visitors WHERE site = ? AND kind = ? AND name = ? AND user_at <= ?",
    ...[site.n, kind, name, at],
  );
  return row !== undefined;
}
