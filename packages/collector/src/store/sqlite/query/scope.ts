import type { Period } from "@isotherm/protocol";
import { CollectorError } from "../../../collector-error.js";
import { type Day, dayOf, dayText, type Zone, zone } from "../../derive/zone.js";
import type { Range, SiteQuery } from "../../store.js";
import type { Connection } from "../connection.js";
import { both, type Fragment, visitsBetween } from "../grouping.js";
import { readSite } from "../registry.js";
import { filtersSql } from "./filters.js";

/** A query's site, days and visits, ready to be put into SQL. */
export interface Scope {
  readonly connection: Connection;
  readonly site: number;
  readonly zone: Zone;
  readonly period: Period;
  /** First and last local day. */
  readonly from: Day;
  readonly to: Day;
  /** No filter chooses among the visits, so rows of `days` can be added up. */
  readonly whole: boolean;
  readonly filters: Fragment;
  /** The visits that began in the period and fit the filters. */
  readonly visits: Fragment;
  readonly asOf: number;
}

export function scopeOf(
  connection: Connection,
  query: Omit<SiteQuery, "filters"> & { readonly filters?: SiteQuery["filters"] },
): Scope {
  const site = readSite(connection, query.site);
  if (!site) throw new CollectorError("site_unknown", `there is no site ${query.site}`);
  const { timeZone } = site;
  const filters = query.filters ?? [];
  return within(
    {
      connection,
      site: site.n,
      zone: zone(timeZone),
      timeZone,
      whole: filters.length === 0,
      filters: filtersSql(filters),
      asOf: asOf(connection, site.n),
    },
    query.range,
  );
}

/** The same scope for the period of equal length just before. */
export function before(scope: Scope): Scope {
  const days = scope.to - scope.from + 1;
  const range = { from: dayText(scope.from - days), to: dayText(scope.from - 1) };
  return within({ ...scope, timeZone: scope.period.timeZone }, range);
}

/** The visits of some days of the scope. */
export function visitsOf(scope: Scope, from: Day, to: Day): Fragment {
  return both(visitsBetween(scope.site, scope.zone.start(from), scope.zone.start(to + 1)), scope.filters);
}

export function asOf(connection: Connection, site: number): number {
  return connection.get<{ received: number }>("SELECT received FROM freshness WHERE site = ?", site)?.received ?? 0;
}

function within(
  base: Omit<Scope, "period" | "from" | "to" | "visits"> & { readonly timeZone: string },
  range: Range,
): Scope {
  const { timeZone, ...rest } = base;
  const from = dayOf(range.from);
  const to = dayOf(range.to);
  const scope = { ...rest, from, to, period: { from: range.from, to: range.to, timeZone } };
  return {
    ...scope,
    visits: both(visitsBetween(base.site, base.zone.start(from), base.zone.start(to + 1)), base.filters),
  };
}
