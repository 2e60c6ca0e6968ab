import type { AuditAnswer, AuditEntry } from "../../people.js";
import type { Connection } from "../connection.js";

/** How long it is kept who did what, in ms: two years. */
const keeping = 730 * 86_400_000;

export function noteAudit(connection: Connection, { at, actor, action, site, subject, detail }: AuditEntry): void {
  connection.run(
    "INSERT INTO audit (at, actor, action, site, subject, detail) VALUES (?, ?, ?, ?, ?, ?)",
    ...[Math.round(at), actor, action, site, subject, detail],
  );
}

export function forgetAudit(connection: Connection, now: number): void {
  connection.run("DELETE FROM audit WHERE at < ?", now - keeping);
}

/** Newest first, `after` the entry of this number. */
export function readAudit(
  connection: Connection,
  { limit, after }: { readonly limit: number; readonly after: number | null },
): AuditAnswer {
  const rows = connection.all<AuditEntry & { n: number }>(
    `SELECT n, at, actor, action, site, subject, detail FROM audit WHERE n < ? ORDER BY n DESC LIMIT ${limit + 1}`,
    after ?? Number.MAX_SAFE_INTEGER,
  );
  const entries = rows.slice(0, limit);
  const last = entries.at(-1);
  return {
    entries: entries.map(({ n: _n, ...entry }) => entry),
    next: rows.length > limit && last ? String(last.n) : null,
  };
}
