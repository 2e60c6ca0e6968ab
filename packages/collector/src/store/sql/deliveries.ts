import { newTab, readTab, type Tab, tabText } from "../derive/tab.js";
import type { Connection } from "./connection.js";

/** Tabs that a run of writing touches, each read and written once. */
export interface Deliveries {
  /** Whether anything was heard of a tab. */
  has(site: number, tab: string): boolean;
  /** `isNew` where nothing was heard of the tab. */
  change(site: number, tab: string, at: number, seen: number, change: (tab: Tab, isNew: boolean) => Tab): void;
  /** Changes a tab that something was heard of; null where nothing is to be known of it any more. */
  remove(site: number, tab: string, change: (tab: Tab) => Tab | null): void;
  /** Gives when the tabs that changed began, as it was and as it is now. */
  flush(): readonly { readonly site: number; readonly from: number }[];
}

export function deliveries(connection: Connection): Deliveries {
  const open = new Map<
    string,
    { readonly site: number; readonly name: string; tab: Tab | null; readonly was: number | null }
  >();
  const stored = (site: number, name: string): Tab | null => {
    const row = connection.get<{ state: string }>(
      "SELECT state FROM deliveries WHERE site = ? AND tab = ?",
      ...[site, name],
    );
    return row ? readTab(row.state) : null;
  };
  const entryOf = (site: number, name: string) => {
    const key = `${site} ${name}`;
    const known = open.get(key);
    if (known) return known;
    const tab = stored(site, name);
    const entry = { site, name, tab, was: tab?.from ?? null };
    open.set(key, entry);
    return entry;
  };
  return {
    has: (site, name) => entryOf(site, name).tab !== null,
    change(site, name, at, seen, change) {
      const entry = entryOf(site, name);
      entry.tab = change(entry.tab ?? newTab(at, seen), entry.tab === null);
    },
    remove(site, name, change) {
      const entry = entryOf(site, name);
      if (entry.tab !== null) entry.tab = change(entry.tab);
    },
    flush() {
      const begun: { site: number; from: number }[] = [];
      for (const { site, name, tab, was } of open.values()) {
        if (was !== null && was !== tab?.from) begun.push({ site, from: was });
        if (tab === null) {
          if (was !== null) connection.run("DELETE FROM deliveries WHERE site = ? AND tab = ?", site, name);
          continue;
        }
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
