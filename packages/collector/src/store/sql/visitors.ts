import type { Connection } from "./connection.js";

/**
 * Who a batch is from: a `stored` id, the `daily` hash, or, where the visitor asked not to be told apart, just the `tab`.
 * Machines get rows of their own, so that they never share a visit with people. Users are kept here too.
 */
export type VisitorKind = "stored" | "daily" | "tab" | "user" | "bot";

export interface Visitors {
  number(site: number, kind: VisitorKind, name: string): number;
  clear(): void;
}

const remembered = 50_000;

export function visitors(connection: Connection): Visitors {
  const known = new Map<string, number>();
  return {
    number(site, kind, name) {
      const key = `${site} ${kind} ${name}`;
      const cached = known.get(key);
      if (cached !== undefined) return cached;
      const row = connection.get<{ n: number }>(
        "SELECT n FROM visitors WHERE site = ? AND kind = ? AND name = ?",
        ...[site, kind, name],
      );
      const n =
        row?.n ?? connection.insert("INSERT INTO visitors (site, kind, name) VALUES (?, ?, ?)", site, kind, name);
      if (known.size >= remembered) known.clear();
      known.set(key, n);
      return n;
    },
    clear: () => known.clear(),
  };
}

/** The visitors whose visits may be one over midnight: this one, and those linked with it by yesterday's hash. */
export function chainOf(connection: Connection, site: number, visitor: number): readonly number[] {
  const chain = [visitor];
  for (const member of chain) {
    const linked = connection.all<{ n: number }>(
      `SELECT v.n FROM links l JOIN visitors v ON v.site = l.site AND v.kind = 'daily' AND v.name = l.previous
       WHERE l.visitor = ?
       UNION
       SELECT l.visitor FROM visitors v JOIN links l ON l.site = v.site AND l.previous = v.name
       WHERE v.n = ? AND v.kind = 'daily' AND l.site = ?`,
      ...[member, member, site],
    );
    for (const { n } of linked) if (!chain.includes(n)) chain.push(n);
  }
  return chain;
}
