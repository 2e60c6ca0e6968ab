import type { BotClass, Dimension } from "@isotherm/protocol";
import type { Value } from "./connection.js";

/** A piece of SQL with its values. */
export interface Fragment {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** What every grouping adds up, of rows of one visit each; `passing` are visitors that no other day can know again. */
export const totalColumns = `count(DISTINCT person) AS visitors,
  count(DISTINCT CASE WHEN lasting = 0 THEN person END) AS passing,
  count(*) AS visits, coalesce(sum(page_views), 0) AS page_views, coalesce(sum(bounce), 0) AS bounces,
  coalesce(sum(duration), 0) AS duration, coalesce(sum(clicks), 0) AS clicks`;

const columns = "person, lasting, day, start, bounce, duration";

/**
 * Visits with their value of a dimension, one row for each visit and value; `where` speaks of sessions as `s`. For
 * `page`, `page_views` and `clicks` are those on that page; for `event`, `page_views` counts the events.
 */
export function visitsBy(dimension: Dimension | "all", where: Fragment): Fragment {
  const qualified = `s.n AS visit, ${columns.replaceAll(/\w+/g, "s.$&")}`;
  const from = (sql: string): Fragment => ({ sql, values: where.values });
  if (dimension === "page") {
    return from(`SELECT ${qualified}, p.page AS value, sum(p.views) AS page_views, sum(p.clicks) AS clicks
      FROM sessions s JOIN page_views p ON p.session = s.n WHERE ${where.sql} AND p.views > 0 GROUP BY s.n, p.page`);
  }
  if (dimension === "event") {
    return from(`SELECT ${qualified}, e.name AS value, count(*) AS page_views, s.clicks AS clicks
      FROM sessions s JOIN raw r ON r.session = s.n JOIN events e ON e.raw = r.n
      WHERE ${where.sql} AND e.type IN ('custom', 'goal') GROUP BY s.n, e.name`);
  }
  const value = dimension === "all" ? "0" : `s.${dimension}`;
  return from(`SELECT ${qualified}, ${value} AS value, s.page_views AS page_views, s.clicks AS clicks
    FROM sessions s WHERE ${where.sql}`);
}

/** Whose visits: people's, those of machines of one class, or of all machines. */
export type Whose = "people" | BotClass | "all";

/** The visits of a site that began in [from, to), of people where nobody else is named. */
export function visitsBetween(site: number, from: number, to: number, whose: Whose = "people"): Fragment {
  const who = visitsOf(whose);
  return { sql: `s.site = ? AND ${who.sql} AND s.start >= ? AND s.start < ?`, values: [site, ...who.values, from, to] };
}

/** The visits of these, speaking of sessions as `s`. */
export function visitsOf(whose: Whose): Fragment {
  if (whose === "people") return { sql: "s.bot IS NULL", values: [] };
  if (whose === "all") return { sql: "s.bot IS NOT NULL", values: [] };
  return { sql: "s.bot IS NOT NULL AND s.bot = ?", values: [whose] };
}

/** Both conditions. */
export function both(a: Fragment, b: Fragment): Fragment {
  return { sql: `${a.sql} AND ${b.sql}`, values: [...a.values, ...b.values] };
}
