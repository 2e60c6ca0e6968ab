import { newTab, readTab, type Tab, tabText } from "../derive/tab.js";
import type { Connection } from "./connection.js";

/** Tabs that a run of writing touches, each read and written once. */
export interface Deliveries {
  /** Whether anything was heard of a tab. */
  has(site: number, tab: string): boolean;
  /** `isNew` where nothing was heard of the tab. */
  change(site: number, tab: string, at: number, seen: number, change: (tab: Tab, isNew: boolean) => Tab): void;
  /** Gives when the tabs that changed began, as it was and as it is now. */
  flush(): readonly { readonly site: number; readonly from: number }[];
}

export function deliveries(connection: Connection): Deliveries {
  const open = new Map<
    string,
    { readonly site: number; readonly name: string; tab: Tab; readonly was: number | null }
  >();
  const stored = (site: number, name: string): Tab | null => {
    const row = connection.get<{ state: string }>(
      "SELECT state FROM deliveries WHERE site = ? AND tab = ?",
      ...[site, name],
    );
    return row ? readTab(row.state) : null;
  };
  return {
    has: (site, name) => open.has(`${site} ${name}`) || stored(site, name) !== null,
    change(site, name, at, seen, change) {
      const key = `${site} ${name}`;
      let entry = open.get(key);
      let isNew = false;
      if (!entry) {
        const known = stored(site, name);
        isNew = known === null;
        entry = { site, name, tab: known ?? newTab(at, seen), was: known?.from ?? null };
        open.set(key, entry);
      }
      entry.tab = change(entry.tab, isNew);
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
