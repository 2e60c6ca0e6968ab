import type { Dimension } from "@isotherm/protocol";
import type { Filter } from "../../store.js";
import type { Connection } from "../connection.js";
import { both, type Fragment } from "../grouping.js";

/** One condition on a visit, for visits in columns. */
export interface Condition {
  readonly dimension: Dimension;
  readonly negated: boolean;
  /** Numbers of the texts that it names. */
  readonly values: ReadonlySet<number>;
}

export function conditionsOf(connection: Connection, filters: readonly Filter[]): readonly Condition[] {
  return filters.map(([operator, dimension, values]) => {
    const { sql, values: texts } = operator === "contains" ? containing(values) : equal(values);
    const numbers = connection.table<readonly [number]>(sql, ...texts);
    return { dimension, negated: operator === "is_not", values: new Set(numbers.map(([n]) => n)) };
  });
}

/** The visits that fit all filters, speaking of sessions as `s`. */
export function filtersSql(filters: readonly Filter[]): Fragment {
  return filters.map(filterSql).reduce(both, { sql: "1 = 1", values: [] });
}

function filterSql([operator, dimension, values]: Filter): Fragment {
  const texts = operator === "contains" ? containing(values) : equal(values);
  const sql = holds(dimension, texts.sql);
  return { sql: operator === "is_not" ? `NOT ${sql}` : sql, values: texts.values };
}

function holds(dimension: Dimension, texts: string): string {
  switch (dimension) {
    case "page":
      return `EXISTS (SELECT 1 FROM page_views f WHERE f.session = s.n AND f.views > 0 AND f.page IN (${texts}))`;
    case "event":
      return `EXISTS (SELECT 1 FROM raw r JOIN events f ON f.raw = r.n
        WHERE r.session = s.n AND f.type IN ('custom', 'goal') AND f.name IN (${texts}))`;
    default:
      return `s.${dimension} IN (${texts})`;
  }
}

function equal(values: readonly string[]): Fragment {
  return { sql: `SELECT n FROM strings WHERE text IN (${values.map(() => "?").join(", ")})`, values };
}

function containing(values: readonly string[]): Fragment {
  // Letters match in either case, on SQLite and PostgreSQL within ASCII; a backslash in quotes is not the same everywhere.
  const any = values.map(() => "lower(text) LIKE lower(?) ESCAPE '!'").join(" OR ");
  const patterns = values.map((value) => `%${value.replaceAll(/[!%_]/g, "!$&")}%`);
  return { sql: `SELECT n FROM strings WHERE ${any || "1 = 0"}`, values: patterns };
}
