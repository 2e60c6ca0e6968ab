import type { Connection } from "../connection.js";
import { digestOf, type KnownSite } from "./erased-names.js";

/** Tabs and page views of batches that were erased, or refused for that. */
export interface Traces {
  readonly tabs: Iterable<string>;
  readonly views: Iterable<string>;
}

/** Has what names no visitor recognised by these: reports that a tab gave batches up, and snapshots of a page view. */
export function noteTraces(connection: Connection, site: KnownSite, { tabs, views }: Traces, until: number): void {
  const digests = [
    ...Array.from(tabs, (tab) => digestOf("tab", site.id, tab)),
    ...Array.from(views, (view) => digestOf("view", site.id, view)),
  ];
  for (const digest of digests) {
    connection.run(
      `INSERT INTO erased_traces (site, digest, until) VALUES (?, ?, ?)
       ON CONFLICT (site, digest) DO UPDATE SET until =
         CASE WHEN excluded.until > erased_traces.until THEN excluded.until ELSE erased_traces.until END`,
      ...[site.n, digest, until],
    );
  }
}

/** Whether something of this tab or page view was erased. */
export function leftTraces(connection: Connection, site: KnownSite, kind: "tab" | "view", name: string): boolean {
  const digest = digestOf(kind, site.id, name);
  return connection.get("SELECT 1 FROM erased_traces WHERE site = ? AND digest = ?", site.n, digest) !== undefined;
}
