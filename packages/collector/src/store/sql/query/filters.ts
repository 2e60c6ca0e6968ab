import type { Filter, FilterField } from "@isotherm/protocol";
import type { Connection } from "../connection.js";
import type { Fragment } from "../grouping.js";
import { other } from "../other.js";

/** One filter, for visits in columns: with the numbers of the texts that it names. */
export type Condition =
  | {
      readonly field: FilterField;
      readonly negated: boolean;
      readonly values: ReadonlySet<number>;
      /** Whether those that their day does not tell apart are meant too. */
      readonly others: boolean;
    }
  | { readonly join: "and" | "or"; readonly conditions: readonly Condition[] }
  | { readonly not: Condition };

export function conditionOf(connection: Connection, filter: Filter): Condition {
  switch (filter[0]) {
    case "and":
    case "or":
      return { join: filter[0], conditions: filter[1].map((one) => conditionOf(connection, one)) };
    case "not":
      return { not: conditionOf(connection, filter[1]) };
    default: {
      const [operator, field, values] = filter;
      const { sql, values: texts } = isContaining(operator) ? containing(values) : equal(values);
      const numbers = connection.table<readonly [number]>(sql, ...texts);
      const others = namesOthers(operator, values);
      return { field, negated: isNegated(operator), values: new Set(numbers.map(([n]) => n)), others };
    }
  }
}

/** Whether a filter names what SQL cannot tell: values that only their day knows, or properties, which lie packed. */
export function isBeyondSql(filter: Filter): boolean {
  switch (filter[0]) {
    case "and":
    case "or":
      return filter[1].some(isBeyondSql);
    case "not":
      return isBeyondSql(filter[1]);
    default:
      return propertyKey(filter[1]) !== null || namesOthers(filter[0], filter[2]);
  }
}

/** The visits that fit a filter that is not beyond SQL, speaking of sessions as `s`. */
export function filterSql(filter: Filter): Fragment {
  switch (filter[0]) {
    case "and":
      return joined(filter[1].map(filterSql), " AND ", "1 = 1");
    case "or":
      return joined(filter[1].map(filterSql), " OR ", "1 = 0");
    case "not": {
      const { sql, values } = filterSql(filter[1]);
      return { sql: `NOT (${sql})`, values };
    }
    default: {
      const [operator, field, values] = filter;
      const has = holds(field, isContaining(operator) ? containing(values) : equal(values));
      return isNegated(operator) ? { sql: `NOT (${has.sql})`, values: has.values } : has;
    }
  }
}

const namesOthers = (operator: string, values: readonly string[]): boolean =>
  !isContaining(operator) && values.includes(other.text);
const isContaining = (operator: string): boolean => operator === "contains" || operator === "contains_not";
const isNegated = (operator: string): boolean => operator === "is_not" || operator === "contains_not";

/** The key of a property, or null for a dimension. */
export function propertyKey(field: string): string | null {
  return field.startsWith("props.") ? field.slice("props.".length) : null;
}

function joined(parts: readonly Fragment[], between: string, none: string): Fragment {
  if (parts.length === 0) return { sql: none, values: [] };
  return { sql: `(${parts.map(({ sql }) => sql).join(between)})`, values: parts.flatMap(({ values }) => values) };
}

function holds(field: FilterField, texts: Fragment): Fragment {
  if (propertyKey(field) !== null) throw new TypeError("properties are no columns");
  if (field === "page") {
    const sql = `EXISTS (SELECT 1 FROM page_views f WHERE f.session = s.n AND f.views > 0 AND f.page IN (${texts.sql}))`;
    return { sql, values: texts.values };
  }
  if (field === "event") {
    const sql = `EXISTS (SELECT 1 FROM raw r JOIN events f ON f.raw = r.n
      WHERE r.session = s.n AND f.type IN ('custom', 'goal') AND f.name IN (${texts.sql}))`;
    return { sql, values: texts.values };
  }
  return { sql: `s.${field} IN (${texts.sql})`, values: texts.values };
}

function equal(values: readonly string[]): Fragment {
  if (values.length === 0) return { sql: "SELECT n FROM strings WHERE 1 = 0", values };
  return { sql: `SELECT n FROM strings WHERE text IN (${values.map(() => "?").join(", ")})`, values };
}

function containing(values: readonly string[]): Fragment {
  // Letters match in either case, on SQLite and PostgreSQL within ASCII; a backslash in quotes is not the same everywhere.
  const any = values.map(() => "lower(text) LIKE lower(?) ESCAPE '!'").join(" OR ");
  const patterns = values.map((value) => `%${value.replaceAll(/[!%_]/g, "!$&")}%`);
  return { sql: `SELECT n FROM strings WHERE ${any || "1 = 0"}`, values: patterns };
}
