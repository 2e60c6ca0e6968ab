import { newTab, type Tab } from "../derive/tab.js";
import type { Connection } from "./connection.js";

/** Tabs that a run of writing touches, each read and written once. */
export interface Deliveries {
  change(site: number, tab: string, at: number, seen: number, change: (tab: Tab) => Tab): void;
  flush(): void;
}

export function deliveries(connection: Connection): Deliveries {
  const open = new Map<string, { readonly site: number; readonly name: string; tab: Tab }>();
  return {
    change(site, name, at, seen, change) {
      const key = `${site} ${name}`;
      let entry = open.get(key);
      if (!entry) {
        const row = connection.get<{ state: string }>(
          "SELECT state FROM deliveries WHERE site = ? AND tab = ?",
          ...[site, name],
        );
        entry = { site, name, tab: row ? (JSON.parse(row.state) as Tab) : newTab(at, seen) };
        open.set(key, entry);
      }
      entry.tab = change(entry.tab);
    },
    flush() {
      for (const { site, name, tab } of open.values()) {
        connection.run(
          "INSERT OR REPLACE INTO deliveries (site, tab, from_at, state) VALUES (?, ?, ?, ?)",
          ...[site, name, tab.from, JSON.stringify(tab)],
        );
      }
      open.clear();
    },
  };
}
