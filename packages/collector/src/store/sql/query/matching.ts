import type { Day } from "../../derive/zone.js";
import type { Condition } from "./filters.js";
import { foldOf } from "./folding.js";
import type { Scope } from "./scope.js";
import { facetOf, visitDay } from "./visit-day.js";

/** Which visits of a day fit the scope's filters, as a 1 for each that does; null means all. */
export function matching(scope: Scope, day: Day): Uint8Array | null {
  if (scope.filters.length === 0) return null;
  const { count } = visitDay(scope, day);
  return all(scope, day, scope.conditions, new Uint8Array(count).fill(1));
}

function all(scope: Scope, day: Day, conditions: readonly Condition[], fits: Uint8Array): Uint8Array {
  for (const condition of conditions) {
    const one = fitting(scope, day, condition, fits.length);
    for (let visit = 0; visit < fits.length; visit++) if (one[visit] === 0) fits[visit] = 0;
  }
  return fits;
}

function fitting(scope: Scope, day: Day, condition: Condition, count: number): Uint8Array {
  if ("not" in condition) return fitting(scope, day, condition.not, count).map((one) => 1 - one);
  if ("join" in condition) {
    const { join, conditions } = condition;
    if (join === "and") return all(scope, day, conditions, new Uint8Array(count).fill(1));
    const any = new Uint8Array(count);
    for (const one of conditions) {
      const fits = fitting(scope, day, one, count);
      for (let visit = 0; visit < count; visit++) if (fits[visit] === 1) any[visit] = 1;
    }
    return any;
  }
  const { field, negated, values, others } = condition;
  const has = new Uint8Array(count).fill(negated ? 1 : 0);
  const facet = facetOf(scope, day, field);
  const named = others ? foldOf(scope, day, field, facet, null)?.named : undefined;
  for (let row = 0; row < facet.count; row++) {
    const value = facet.value[row] as number;
    if (values.has(value) || named?.has(value) === false) has[facet.visit[row] as number] = negated ? 0 : 1;
  }
  return has;
}
