import type { BreakdownAnswer, BreakdownRow } from "@isotherm/protocol";
import { sixNumbers } from "../../derive/six-numbers.js";
import type { Queries } from "../../queries.js";
import { folding, namesOf } from "./folding.js";
import { importedMark, withImported } from "./imported.js";
import { found, turnTo } from "./paging.js";
import { type Reader, scopeOf } from "./scope.js";
import { totalsBy } from "./totals.js";

type BreakdownQuery = Parameters<Queries["breakdown"]>[0];

export function breakdown(reader: Reader, query: BreakdownQuery): BreakdownAnswer {
  const { dimension, search, sort } = query;
  const scope = withImported(scopeOf(reader, query));
  const folds = folding(scope);
  const totals = totalsBy(scope, dimension, folds);
  const texts = namesOf(
    reader.connection,
    totals.map(({ value }) => value),
  );
  const rows = totals
    .map((total): BreakdownRow => {
      const { visitors, visits, pageViews, bounceRate, visitDuration } = sixNumbers(total);
      return { value: texts.get(total.value) ?? "", visitors, visits, pageViews, bounceRate, visitDuration };
    })
    .filter(({ value }) => found(value, search));
  return {
    asOf: scope.asOf,
    period: scope.period,
    dimension,
    ...importedMark(scope, dimension),
    ...turnTo(rows, (row) => [row[sort], row.value], query),
    ...folds.mark(),
  };
}
