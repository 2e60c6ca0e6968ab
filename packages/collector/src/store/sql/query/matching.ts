import type { Day } from "../../derive/zone.js";
import type { Scope } from "./scope.js";
import { facetOf, visitDay } from "./visit-day.js";

/** Which visits of a day fit the scope's filters, as a 1 for each that does; null means all. */
export function matching(scope: Scope, day: Day): Uint8Array | null {
  if (scope.whole) return null;
  const { count } = visitDay(scope, day);
  const fits = new Uint8Array(count).fill(1);
  for (const { dimension, negated, values } of scope.conditions) {
    const has = new Uint8Array(count);
    const facet = facetOf(scope, day, dimension);
    for (let row = 0; row < facet.count; row++) {
      if (values.has(facet.value[row] as number)) has[facet.visit[row] as number] = 1;
    }
    const wanted = negated ? 0 : 1;
    for (let visit = 0; visit < count; visit++) if (has[visit] !== wanted) fits[visit] = 0;
  }
  return fits;
}
