import type { Connection } from "./connection.js";
import { inLists } from "./in-lists.js";

/** Texts that occur again and again, kept once each. */
export interface Strings {
  /** The number of a text, which it gets when it is new. */
  number(text: string): number;
  /** Forgets what was learnt: after a transaction that did not happen. */
  clear(): void;
}

const remembered = 50_000;

/** Where texts are kept: what numbers are looked up by and shown, or what only packed batches speak of. */
export type StringTable = "strings" | "words";

export function interned(connection: Connection, table: StringTable): Strings {
  const known = new Map<string, number>();
  return {
    number(text) {
      const cached = known.get(text);
      if (cached !== undefined) return cached;
      const row = connection.get<{ n: number }>(`SELECT n FROM ${table} WHERE text = ?`, text);
      const n = row?.n ?? connection.insert(`INSERT INTO ${table} (text) VALUES (?)`, text);
      if (known.size >= remembered) known.clear();
      known.set(text, n);
      return n;
    },
    clear: () => known.clear(),
  };
}

/** The number of a text, if it has one: as a set, like those of many texts. */
export function numbersOf(connection: Connection, text: string): ReadonlySet<number> {
  const rows = connection.table<readonly [number]>("SELECT n FROM strings WHERE text = ?", text);
  return new Set(rows.map(([n]) => n));
}

/** The texts of these numbers. */
export function textsOf(connection: Connection, numbers: Iterable<number>): ReadonlyMap<number, string> {
  const texts = new Map<number, string>();
  for (const some of inLists(numbers)) {
    const rows = connection.table<readonly [number, string]>(
      `SELECT n, text FROM strings WHERE n IN (${some.map(() => "?").join(", ")})`,
      ...some,
    );
    for (const [n, text] of rows) texts.set(n, text);
  }
  return texts;
}
