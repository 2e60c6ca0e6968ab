import type { Dimension } from "./query.js";

/**
 * How a value is compared. With several values `is` and `contains` want any of them, `is_not` and `contains_not` none of
 * them. Letters match in either case in `contains` and `contains_not`, within ASCII.
 */
export type FilterOperator = "is" | "is_not" | "contains" | "contains_not";

/** A property of custom events and goals, by its key: `props.plan`. */
export type PropertyField = `props.${string}`;

/** What a condition speaks of. */
export type FilterField = Dimension | PropertyField;

/**
 * What chooses among visits: a condition, `["is", "source", ["Google", "Bing"]]`, or `["and", […]]`, `["or", […]]` and
 * `["not", …]` around others. Where a visit has several values (its pages, its events, their properties), a condition holds
 * when one of them fits, and its negation when none does.
 */
export type Filter =
  | readonly [operator: FilterOperator, field: FilterField, values: readonly string[]]
  | readonly [operator: "and" | "or", filters: readonly Filter[]]
  | readonly [operator: "not", filter: Filter];
