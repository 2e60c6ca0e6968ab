import type { VitalName, VitalNumbers, VitalsAnswer } from "@isotherm/protocol";
import { vitalNames, vitalNumbers } from "../../derive/vital-rating.js";
import type { Queries } from "../../queries.js";
import type { Connection } from "../connection.js";
import { textsOf } from "../strings.js";
import { eventDay } from "./event-day.js";
import { matching } from "./matching.js";
import { found, turnTo } from "./paging.js";
import { type Reader, type Scope, scopeOf } from "./scope.js";

/** Measured values by metric. */
type Measured = Map<VitalName, number[]>;

/** Web vitals at the 75th percentile, of all pages and of each. */
export function vitals(reader: Reader, query: Parameters<Queries["vitals"]>[0]): VitalsAnswer {
  const scope = scopeOf(reader, query);
  const { all, byPage } = measured(scope);
  const texts = textsOf(reader.connection, byPage.keys());
  const pages = [...byPage]
    .map(([page, values]) => ({ page: texts.get(page) ?? "", values, count: countOf(values) }))
    .filter(({ page }) => found(page, query.search));
  const { rows, ...turned } = turnTo(pages, ({ count, page }) => [count, page], query);
  return {
    asOf: scope.asOf,
    period: scope.period,
    metrics: numbersOf(all),
    rows: rows.map(({ page, count, values }) => ({ page, count, metrics: numbersOf(values) })),
    ...turned,
  };
}

function measured(scope: Scope): { readonly all: Measured; readonly byPage: ReadonlyMap<number, Measured> } {
  const names = metricNumbers(scope.connection);
  const all: Measured = new Map();
  const byPage = new Map<number, Measured>();
  const add = (values: Measured, metric: VitalName, value: number): void => {
    const known = values.get(metric);
    if (known) known.push(value);
    else values.set(metric, [value]);
  };
  for (const day of scope.days()) {
    const fits = matching(scope, day);
    const { count, visit, name, page, value } = eventDay(scope, day, "vital");
    for (let row = 0; row < count; row++) {
      const metric = names.get(name[row] as number);
      const one = value[row] as number;
      if (metric === undefined || Number.isNaN(one) || fits?.[visit[row] as number] === 0) continue;
      const here = page[row] as number;
      let values = byPage.get(here);
      if (!values) {
        values = new Map();
        byPage.set(here, values);
      }
      add(values, metric, one);
      add(all, metric, one);
    }
  }
  return { all, byPage };
}

function metricNumbers(connection: Connection): ReadonlyMap<number, VitalName> {
  const rows = connection.table<readonly [number, VitalName]>(
    `SELECT n, text FROM strings WHERE text IN (${vitalNames.map(() => "?").join(", ")})`,
    ...vitalNames,
  );
  return new Map(rows);
}

function numbersOf(values: Measured): readonly VitalNumbers[] {
  return vitalNames.flatMap((name) => {
    const some = values.get(name);
    return some === undefined ? [] : [vitalNumbers(name, some)];
  });
}

function countOf(values: Measured): number {
  return [...values.values()].reduce((sum, { length }) => sum + length, 0);
}
