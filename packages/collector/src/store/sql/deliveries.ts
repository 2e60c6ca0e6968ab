import { newTab, readTab, type Tab, tabText } from "../derive/tab.js";
import type { Connection } from "./connection.js";

/** Tabs that a run of writing touches, each read and written once. */
export interface Deliveries {
  change(site: number, tab: string, at: number, seen: number, change: (tab: Tab) => Tab): void;
  /** Gives when the tabs that changed began, as it was and as it is now. */
  flush(): readonly { readonly site: number; readonly from: number }[];
}

export function deliveries(connection: Connection): Deliveries {
  const open = new Map<
    string,
    { readonly site: number; readonly name: string; tab: Tab; readonly was: number | null }
  >();
  return {
    change(site, name, at, seen, change) {
      const key = `${site} ${name}`;
      let entry = open.get(key);
      if (!entry) {
        const row = connection.get<{ state: string }>(
          "SELECT state FROM deliveries WHERE site = ? AND tab = ?",
          ...[site, name],
        );
        const tab = row ? readTab(row.state) : newTab(at, seen);
        entry = { site, name, tab, was: row ? tab.from : null };
        open.set(key, entry);
      }
      entry.tab = change(entry.tab);
    },
    flush() {
      const begun: { site: number; from: number }[] = [];
      for (const { site, name, tab, was } of open.values()) {
        if (was !== null && was !== tab.from) begun.push({ site, from: was });
        begun.push({ site, from: tab.from });
        connection.run(
          `INSERT INTO deliveries (site, tab, from_at, state) VALUES (?, ?, ?, ?)
           ON CONFLICT (site, tab) DO UPDATE SET from_at = excluded.from_at, state = excluded.state`,
          ...[site, name, tab.from, tabText(tab)],
        );
      }
      open.clear();
      return begun;
    },
  };
}
