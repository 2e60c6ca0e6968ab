import type { SixNumbers, SummaryAnswer } from "@isotherm/protocol";
import { sixNumbers } from "../../derive/six-numbers.js";
import type { ComparedQuery } from "../../queries.js";
import { currentVisits, visitorsOf } from "./current.js";
import { importedMark, withImported } from "./imported.js";
import { type Reader, type Scope, scopeOf, scopeOver } from "./scope.js";
import { totalsBy } from "./totals.js";

export function summary(reader: Reader, query: ComparedQuery): SummaryAnswer {
  const scope = withImported(scopeOf(reader, query));
  const other = query.compare && scopeOver(scope, query.compare);
  return {
    asOf: scope.asOf,
    period: scope.period,
    numbers: numbersOf(scope),
    ...importedMark(scope),
    ...(other && { comparison: { period: other.period, numbers: numbersOf(other), ...importedMark(other) } }),
    current: visitorsOf(currentVisits(scope, query.now)),
  };
}

function numbersOf(scope: Scope): SixNumbers {
  const none = { visitors: 0, visits: 0, pageViews: 0, bounces: 0, duration: 0 };
  return sixNumbers(totalsBy(scope, "all")[0] ?? none);
}
