import { eachProperty } from "../../packages/collector/src/store/derive/property-code.js";
import { databaseOf } from "../kit/database.js";

type Value = string | number | null | undefined;
type Reference = "text" | "visitor" | "session" | "raw" | "profile";

/** Every table that is derived from batches, with the columns that hold row numbers of others. */
const tables: { readonly [table: string]: { readonly [column: string]: Reference } } = {
  raw: { visitor: "visitor", user: "visitor", session: "session", page: "text", title: "text", profile: "profile" },
  sessions: { first: "raw", visitor: "visitor", user: "visitor", person: "visitor", entry: "text", exit: "text" },
  page_views: { session: "session", visitor: "visitor", page: "text", title: "text" },
  events: { raw: "raw", session: "session", name: "text" },
  verdicts: { visitor: "visitor", raw: "raw" },
  visitors: { user: "visitor" },
  links: { visitor: "visitor" },
  days: { value: "text" },
  dirty_days: {},
  deliveries: {},
};

/** Row numbers, and what tells when and how often a batch came: it differs between two runs that store the same. */
const own = new Set(["n", "received"]);

/**
 * The derived tables of a collector with its data in `folder`, as sorted lines without row numbers, so that two stores of
 * the same batches can be compared. Heat is left to the API: how its parts are merged follows the order of arrival.
 */
export function models(folder: string): { readonly [table: string]: readonly string[] } {
  const database = databaseOf(folder);
  try {
    const all = (sql: string) => database.prepare(sql).all() as { [column: string]: Value }[];
    const names = (sql: string) => new Map(all(sql).map(({ n, name }) => [n, String(name)]));
    const raw = names("SELECT n, hex(id) || '-' || part AS name FROM raw");
    const texts = names("SELECT n, text AS name FROM strings");
    const text = (n: Value): string => texts.get(n) ?? `text ${n}`;
    const found = all("SELECT * FROM profiles");
    const profiles = found.map(({ n, ...columns }) => [n, Object.values(columns).map(text)]);
    // A visit has the columns of its profile.
    const shared = new Set(Object.keys(found[0] ?? {}));
    const known: { readonly [reference in Reference]: ReadonlyMap<Value, unknown> } = {
      text: texts,
      raw,
      visitor: names("SELECT n, kind || ' ' || name AS name FROM visitors"),
      session: new Map(all("SELECT n, first FROM sessions").map(({ n, first }) => [n, raw.get(first)])),
      profile: new Map(profiles as [Value, unknown][]),
    };
    const told = (table: string, column: string, value: Value): unknown => {
      const reference = tables[table]?.[column] ?? (table === "sessions" && shared.has(column) ? "text" : undefined);
      if (table === "deliveries" && column === "state") return stateOf(String(value));
      if (table === "events" && column === "properties") return propertiesOf(value, text);
      // The whole day has no value, and nothing is no row.
      if (reference === undefined || value === null || (table === "days" && value === 0)) return value;
      return known[reference].get(value) ?? `no ${reference} has the number ${value}`;
    };
    const lines = (table: string): readonly string[] =>
      all(table === "raw" ? "SELECT *, hex(id) AS id FROM raw" : `SELECT * FROM ${table}`)
        .map((row) => {
          const kept = Object.entries(row).filter(
            ([column]) => !own.has(column) || (table === "events" && column === "n"),
          );
          return JSON.stringify(kept.map(([column, value]) => [column, told(table, column, value)]));
        })
        .toSorted();
    return Object.fromEntries(Object.keys(tables).map((table) => [table, lines(table)]));
  } finally {
    database.close();
  }
}

/** Days whose rows a collector with its data in `folder` has yet to derive again. */
export function daysToDerive(folder: string): number {
  const database = databaseOf(folder);
  try {
    return database.prepare("SELECT count(*) FROM dirty_days").pluck().get() as number;
  } finally {
    database.close();
  }
}

/** An event's properties by their names: the numbers of texts are each database's own. */
function propertiesOf(packed: Value, text: (n: Value) => string): readonly string[] {
  const told: string[] = [];
  if (packed !== null)
    eachProperty(packed as unknown as Uint8Array, (name, value) => told.push(`${text(name)}=${text(value)}`));
  return told.toSorted();
}

/** A tab's state without when it was heard of last and how many copies came. */
function stateOf(state: string): object {
  const { seen, duplicates, ...kept } = JSON.parse(state);
  return kept;
}
