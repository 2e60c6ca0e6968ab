import type { Filter, Period } from "@isotherm/protocol";
import { CollectorError } from "../../../collector-error.js";
import { type Day, dayOf, type Zone, zone } from "../../derive/zone.js";
import type { Range, SiteQuery } from "../../queries.js";
import type { Connection } from "../connection.js";
import { type Fragment, visitsBetween, type Whose } from "../grouping.js";
import { numberOfOther } from "../other.js";
import { rawBefore } from "../privacy/swept.js";
import { readSite } from "../registry.js";
import { type Condition, conditionOf, filterSql, isBeyondSql } from "./filters.js";
import type { MostBatches } from "./heat-bytes.js";
import type { Measured, Remembered } from "./remembered.js";

/** What questions are asked of: a connection, and what it told before. */
export interface Reader {
  readonly connection: Connection;
  readonly remembered: Remembered;
  /** Batches that one picture is read from. */
  readonly most: MostBatches;
  /** Values of a dimension that a site's day tells apart. */
  readonly mostValues: number;
}

/** A query's site, days and visits, ready to be put into SQL. */
export interface Scope {
  readonly connection: Connection;
  readonly site: number;
  readonly zone: Zone;
  readonly period: Period;
  /** First and last local day. */
  readonly from: Day;
  readonly to: Day;
  readonly whose: Whose;
  /** All visits of people, so that rows of `days` can be added up. */
  readonly whole: boolean;
  /** Whether imported days are added to them: `withImported` says so, where a question can be answered with them. */
  readonly imported: boolean;
  readonly filters: readonly Filter[];
  /** The visits that fit them; null where SQL cannot tell. */
  readonly fitting: Fragment | null;
  /** The same filters, for visits in columns. */
  readonly conditions: readonly Condition[];
  /** The visits that began in the period, whether they fit the filters or not. */
  readonly visits: Fragment;
  readonly asOf: number;
  /** The first local day whose visits are kept; of those before, only the rows of `days` are. */
  readonly kept: Day;
  /** Counts up with every change of what is stored of a local day; 0 where nothing ever was. */
  version(day: Day): number;
  /** The local days of the range, or from another day on, that may hold something, oldest first. */
  days(from?: Day): readonly Day[];
  /** Something of a local day, made again when the day has changed. */
  ofDay<Value extends Measured>(what: string, day: Day, make: () => Value): Value;
  readonly remembered: Remembered;
  readonly most: MostBatches;
  readonly mostValues: number;
  /** The number of a value that is written as all others together are; read when it is asked for. */
  otherNumber(): number;
}

export function scopeOf(
  { connection, remembered, most, mostValues }: Reader,
  query: Omit<SiteQuery, "filters"> & { readonly filters?: readonly Filter[] },
): Scope {
  const site = readSite(connection, query.site);
  if (!site) throw new CollectorError("site_unknown", `there is no site ${query.site}`);
  const { timeZone } = site;
  const { filters = [], bots } = query;
  const whose = bots ?? "people";
  const version = versions(connection, site.n);
  let written: number | null = null;
  return within(
    {
      connection,
      remembered,
      most,
      mostValues,
      otherNumber: () => {
        written ??= numberOfOther(connection);
        return written;
      },
      version,
      // Where days begin is part of what they are. A name may hold anything, so that it stands last.
      ofDay: (what, day, make) => remembered.get(`${day} ${site.n} ${timeZone} ${whose} ${what}`, version(day), make),
      site: site.n,
      zone: zone(timeZone),
      timeZone,
      whose,
      whole: filters.length === 0 && whose === "people",
      imported: false,
      filters,
      fitting: filters.some(isBeyondSql) ? null : filterSql(["and", filters]),
      conditions: filters.map((filter) => conditionOf(connection, filter)),
      asOf: asOf(connection, site.n),
      kept: rawBefore(connection, site.n),
    },
    query.range,
  );
}

/** The same scope over other days. */
export function scopeOver(scope: Scope, range: Range): Scope {
  return within({ ...scope, timeZone: scope.period.timeZone }, range);
}

export function asOf(connection: Connection, site: number): number {
  return connection.get<{ received: number }>("SELECT received FROM freshness WHERE site = ?", site)?.received ?? 0;
}

function within(
  base: Omit<Scope, "period" | "from" | "to" | "visits" | "days"> & { readonly timeZone: string },
  range: Range,
): Scope {
  const { timeZone, ...rest } = base;
  const from = dayOf(range.from);
  const to = dayOf(range.to);
  const scope = { ...rest, from, to, period: { from: range.from, to: range.to, timeZone } };
  return {
    ...scope,
    days: (first = from) =>
      Array.from({ length: to - first + 1 }, (_, n) => first + n).filter((day) => base.version(day) > 0),
    visits: visitsBetween(base.site, base.zone.start(from), base.zone.start(to + 1), base.whose),
  };
}

/** Days whose versions are read at once. */
const block = 64;

/** Reads versions once for the whole question. */
function versions(connection: Connection, site: number): Scope["version"] {
  const known = new Map<number, ReadonlyMap<Day, number>>();
  const read = (from: Day): ReadonlyMap<Day, number> => {
    const sql = "SELECT day, version FROM day_versions WHERE site = ? AND day BETWEEN ? AND ?";
    return new Map(connection.table<readonly [Day, number]>(sql, site, from, from + block - 1));
  };
  return (day) => {
    const from = Math.floor(day / block) * block;
    const versionsFrom = known.get(from) ?? read(from);
    known.set(from, versionsFrom);
    return versionsFrom.get(day) ?? 0;
  };
}
