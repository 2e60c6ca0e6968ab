import { notSet } from "../../../enrich/not-set.js";
import { decodeHeat } from "../../derive/heat-code.js";
import { noHeat } from "../../derive/heat-counts.js";
import { decodePresses } from "../../derive/press-code.js";
import { eachProperty } from "../../derive/property-code.js";
import { valueReader } from "../../value/value-reader.js";
import type { Connection } from "../connection.js";
import { allDirty, dayDimensions, renewOne } from "../days.js";
import { profileColumns } from "../profiles.js";
import type { Writer } from "../writer.js";
import { nextGeneration, staleness, unmarkTexts } from "./text-state.js";

/** Tables of what others refer to by number, in the order in which they are emptied. */
const tables = ["profiles", "words", "strings", "visitors"] as const;
type Table = (typeof tables)[number];

/** Rows that one step reads or deletes at most. */
const read = 300;
const deleted = 300;
/** Bytes of heat that one step reads at most, unless one part alone has more: a busy page's have thousands of times a quiet one's. */
const heatBytes = 200_000;

/**
 * Deletes texts, profiles and visitors that nothing refers to any more, step by step: it looks through all that refers to
 * any, and then deletes what it did not meet. Batches that come meanwhile are looked at before each deletion.
 */
export function* unusedRows(writer: Writer): Generator<void> {
  const { connection } = writer;
  const seen = staleness(connection);
  if (seen === 0) return;
  // Rows of days that are yet to be derived again name what only erased visits held, and would be taken for a use of it.
  for (const day of allDirty(connection)) {
    writer.write(() => renewOne(writer, day));
    yield;
  }
  const ends = new Map(tables.map((table) => [table, lastOf(connection, table)]));
  const used = marks(connection);
  yield* batchesSoFar(connection, used);
  for (const site of connection.all<{ n: number }>("SELECT n FROM sites")) {
    used.imported(site.n);
    for (const dimension of dayDimensions) {
      used.days(site.n, dimension);
      yield;
    }
  }
  while (used.heat()) yield;
  // Those that came meanwhile, so that the first deletion has few left to look at in its transaction.
  yield* batchesSoFar(connection, used);
  used.links();
  yield;
  for (const table of tables) {
    const end = ends.get(table) ?? 0;
    for (let from = 0; from < end; ) {
      const rows = connection.all<{ n: number }>(
        `SELECT n FROM ${table} WHERE n > ? AND n <= ? ORDER BY n LIMIT ${read * 10}`,
        ...[from, end],
      );
      from = rows.at(-1)?.n ?? end;
      const unmet = rows.filter(({ n }) => !used.met(table, n)).map(({ n }) => n);
      for (let next = 0; next < unmet.length; next += deleted) {
        const same = writer.write(() => {
          // Rows went meanwhile, and others may have their numbers now: what was met is to be met again.
          if (staleness(connection) !== seen) return false;
          while (used.batches());
          for (const n of unmet.slice(next, next + deleted)) if (!used.met(table, n)) remove(connection, table, n);
          nextGeneration(connection);
          return true;
        });
        if (!same) return;
        yield;
      }
      yield;
    }
  }
  unmarkTexts(connection, seen);
}

/** Looks at the batches that are there when it begins: until there is none would never end while they come fast. */
function* batchesSoFar(connection: Connection, used: ReturnType<typeof marks>): Generator<void> {
  const end = lastOf(connection, "raw");
  while (used.batches(end)) yield;
}

function lastOf(connection: Connection, table: string): number {
  return connection.get<{ n: number | null }>(`SELECT max(n) AS n FROM ${table}`)?.n ?? 0;
}

function remove(connection: Connection, table: Table, n: number): void {
  // Queries look it up by its text.
  const spared = table === "strings" ? " AND text <> ?" : "";
  if (table === "visitors") {
    connection.run("DELETE FROM verdicts WHERE visitor = ?", n);
    connection.run("DELETE FROM links WHERE visitor = ?", n);
  }
  connection.run(`DELETE FROM ${table} WHERE n = ?${spared}`, n, ...(spared === "" ? [] : [notSet]));
}

interface RawRow {
  readonly n: number;
  readonly visitor: number;
  readonly user: number | null;
  readonly page: number;
  readonly title: number | null;
  readonly profile: number;
  readonly data: Uint8Array | null;
  readonly presses: Uint8Array | null;
}

/**
 * What was met so far. Each of its functions reads on by a step, and says whether that was a full one: a short one has come to
 * the end.
 */
function marks(connection: Connection) {
  const used: { readonly [table in Table]: Set<number> } = {
    profiles: new Set(),
    words: new Set(),
    strings: new Set(),
    visitors: new Set(),
  };
  const texts = new Map<number, string>();
  const words = valueReader((n) => {
    used.words.add(n);
    const text = texts.get(n) ?? connection.get<{ text: string }>("SELECT text FROM words WHERE n = ?", n)?.text ?? "";
    texts.set(n, text);
    return text;
  });
  let lastRaw = 0;
  let lastPart = 0;

  const profile = (n: number): void => {
    if (used.profiles.has(n)) return;
    used.profiles.add(n);
    const row = connection.get<{ [column: string]: number }>("SELECT * FROM profiles WHERE n = ?", n);
    for (const column of profileColumns) used.strings.add(row?.[column] ?? 0);
  };
  const person = (n: number): void => {
    if (used.visitors.has(n)) return;
    used.visitors.add(n);
    const row = connection.get<{ user: number | null }>('SELECT "user" FROM visitors WHERE n = ?', n);
    if (row?.user) person(row.user);
  };

  return {
    met: (table: Table, n: number) => used[table].has(n),
    /** A step that has come to this row was not a full one either. */
    batches(end = Number.MAX_SAFE_INTEGER) {
      const rows = connection.all<RawRow>(
        `SELECT r.n, r.visitor, r."user", r.page, r.title, r.profile, p.data, p.presses
         FROM raw r LEFT JOIN packed p ON p.n = r.n WHERE r.n > ? ORDER BY r.n LIMIT ${read}`,
        lastRaw,
      );
      for (const row of rows) {
        person(row.visitor);
        if (row.user !== null) person(row.user);
        used.strings.add(row.page);
        if (row.title !== null) used.strings.add(row.title);
        profile(row.profile);
        if (row.data) words(row.data);
        if (row.presses) decodePresses(row.presses, 0, row.presses.length, ({ element }) => meetElement(element));
      }
      const last = rows.at(-1)?.n ?? lastRaw;
      const events = connection.all<{ name: number }>(
        "SELECT DISTINCT name FROM events WHERE raw > ? AND raw <= ?",
        ...[lastRaw, last],
      );
      for (const { name } of events) used.strings.add(name);
      const between = [lastRaw, last] as const;
      const packed = connection.table<readonly [Uint8Array]>(
        "SELECT properties FROM events WHERE raw > ? AND raw <= ? AND properties IS NOT NULL",
        ...between,
      );
      for (const [bytes] of packed) eachProperty(bytes, (name, value) => used.strings.add(name).add(value));
      const properties = connection.all<{ name: number; value: number }>(
        "SELECT DISTINCT name, value FROM event_properties WHERE raw > ? AND raw <= ?",
        ...between,
      );
      for (const { name, value } of properties) used.strings.add(name).add(value);
      const inputs = connection.all<{ element: number }>(
        "SELECT DISTINCT element FROM inputs WHERE raw > ? AND raw <= ?",
        ...between,
      );
      for (const { element } of inputs) used.strings.add(element);
      lastRaw = last;
      return rows.length === read && last < end;
    },
    days(site: number, dimension: string) {
      const rows = connection.all<{ value: number }>(
        "SELECT DISTINCT value FROM days WHERE site = ? AND dimension = ?",
        ...[site, dimension],
      );
      for (const { value } of rows) used.strings.add(value);
    },
    imported(site: number) {
      const rows = connection.all<{ value: number }>("SELECT DISTINCT value FROM imported_days WHERE site = ?", site);
      for (const { value } of rows) used.strings.add(value);
    },
    heat() {
      const ahead = connection.all<{ n: number; bytes: number }>(
        `SELECT n, length(data) AS bytes FROM heat_parts WHERE n > ? ORDER BY n LIMIT ${read}`,
        lastPart,
      );
      let [taken, sum] = [0, 0];
      for (const { bytes } of ahead) {
        sum += bytes;
        if (taken > 0 && sum > heatBytes) break;
        taken++;
      }
      const last = ahead[taken - 1]?.n ?? lastPart;
      const parts = connection.all<{ page: number; data: Uint8Array }>(
        "SELECT page, data FROM heat_parts WHERE n > ? AND n <= ?",
        ...[lastPart, last],
      );
      for (const { page, data } of parts) {
        used.strings.add(page);
        const counts = noHeat();
        decodeHeat(data, counts);
        for (const element of counts.inside.keys()) meetElement(element);
        for (const element of counts.onPage.keys()) meetElement(element);
      }
      lastPart = last;
      return taken === read || taken < ahead.length;
    },
    /** A visitor that nothing but yesterday's hash leads to is still a part of a visit. */
    links() {
      const rows = connection.all<{ visitor: number; n: number | null }>(
        "SELECT l.visitor, v.n FROM links l LEFT JOIN visitors v ON v.site = l.site AND v.kind = 'daily' AND v.name = l.previous",
      );
      // Links whose own visitor is gone go with it.
      for (const { visitor, n } of rows) if (n !== null && used.visitors.has(visitor)) used.visitors.add(n);
    },
  };

  function meetElement(element: number): void {
    used.strings.add(Math.floor(element / 2));
  }
}
