import type { FunnelAnswer, FunnelStep } from "@isotherm/protocol";
import { type FunnelHit, stepsTaken } from "../../derive/funnel.js";
import { dayLength } from "../../derive/zone.js";
import type { Queries } from "../../queries.js";
import type { Connection } from "../connection.js";
import { eventDay } from "./event-day.js";
import { matching } from "./matching.js";
import { pathDay } from "./path-day.js";
import { type Reader, type Scope, scopeOf } from "./scope.js";
import { type VisitDay, visitDay } from "./visit-day.js";

/** Visitors who took steps in order, within a window, in visits of the period that fit. */
export function funnel(reader: Reader, query: Parameters<Queries["funnel"]>[0]): FunnelAnswer {
  const { steps, window } = query;
  const scope = scopeOf(reader, query);
  const reached = steps.map(() => 0);
  for (const hits of hitsByVisitor(scope, steps).values()) {
    const taken = stepsTaken(hits, steps.length, window * dayLength);
    for (let step = 0; step < taken; step++) reached[step] = (reached[step] as number) + 1;
  }
  const share = (part: number, whole: number | undefined): number => (whole ? part / whole : 0);
  return {
    asOf: scope.asOf,
    period: scope.period,
    window,
    steps: steps.map((step, n) => {
      const visitors = reached[n] as number;
      return {
        step,
        visitors,
        ofFirst: share(visitors, reached[0]),
        ofPrevious: share(visitors, reached[n - 1] ?? visitors),
      };
    }),
  };
}

/** What each visitor did of it. Without a lasting id it is another visitor on another day. */
function hitsByVisitor(scope: Scope, steps: readonly FunnelStep[]): ReadonlyMap<string, readonly FunnelHit[]> {
  const hits = new Map<string, FunnelHit[]>();
  const [pages, events, goals] = (["page", "event", "goal"] as const).map((type) =>
    stepsOf(scope.connection, steps, type),
  );
  for (const day of scope.days()) {
    const visits = visitDay(scope, day);
    const fits = matching(scope, day);
    const add = (
      fitting: ReadonlyMap<number, number> | undefined,
      rows: { readonly count: number; readonly visit: Int32Array; readonly at: Float64Array },
      names: Int32Array,
    ): void => {
      for (let row = 0; row < rows.count; row++) {
        const mask = fitting?.get(names[row] as number);
        const visit = rows.visit[row] as number;
        if (mask === undefined || fits?.[visit] === 0) continue;
        const visitor = visitorOf(visits, visit, day);
        const known = hits.get(visitor);
        const hit = { at: rows.at[row] as number, steps: mask };
        if (known) known.push(hit);
        else hits.set(visitor, [hit]);
      }
    };
    const paths = pathDay(scope, day);
    if (pages?.size) add(pages, paths, paths.page);
    for (const [type, fitting] of [
      ["custom", events],
      ["goal", goals],
    ] as const) {
      if (!fitting?.size) continue;
      const found = eventDay(scope, day, type);
      add(fitting, found, found.name);
    }
  }
  return hits;
}

function visitorOf({ lasting, person }: VisitDay, visit: number, day: number): string {
  return lasting[visit] === 1 ? `${person[visit]}` : `${person[visit]} ${day}`;
}

/** By the number of a text, which of the steps of a type it is. */
function stepsOf(
  connection: Connection,
  steps: readonly FunnelStep[],
  type: FunnelStep[0],
): ReadonlyMap<number, number> {
  const masks = new Map<number, number>();
  for (const [n, [kind, name]] of steps.entries()) {
    if (kind !== type) continue;
    const begins = type === "page" && name.endsWith("*");
    const rows = begins
      ? connection.table<readonly [number, string]>(
          "SELECT n, text FROM strings WHERE text LIKE ? ESCAPE '!'",
          `${name.slice(0, -1).replaceAll(/[!%_]/g, "!$&")}%`,
        )
      : connection.table<readonly [number, string]>("SELECT n, text FROM strings WHERE text = ?", name);
    for (const [number, text] of rows) {
      // SQLite's LIKE takes letters of either case for the same.
      if (begins && !text.startsWith(name.slice(0, -1))) continue;
      masks.set(number, (masks.get(number) ?? 0) | (1 << n));
    }
  }
  return masks;
}
