import { both, type Fragment, visitsOf } from "../grouping.js";
import { type FitsVisit, fittingVisits } from "./fitting-visits.js";
import type { Scope } from "./scope.js";

/** Milliseconds since the last event within which a visitor is current. */
export const currentFor = 300_000;

/** A visit of somebody who is here now. */
export interface CurrentVisit {
  readonly n: number;
  readonly person: number;
  readonly exit: number;
  readonly source: number;
  readonly country: number;
}

/** How visits are chosen that fit the filters, whenever they began: by SQL where it can tell, and then by `fits`. */
export function chosen(scope: Scope): { readonly who: Fragment; readonly fits: FitsVisit | null } {
  const whose = visitsOf(scope.whose);
  const { fitting } = scope;
  return fitting ? { who: both(whose, fitting), fits: null } : { who: whose, fits: fittingVisits(scope, []) };
}

/** The visits of those who are here now. */
export function currentVisits(scope: Scope, now: number): readonly CurrentVisit[] {
  const { who, fits } = chosen(scope);
  const visits = scope.connection.all<CurrentVisit>(
    `SELECT s.n, s.person, s.exit, s.source, s.country FROM sessions s
     WHERE s.site = ? AND s.seen >= ? AND s.seen <= ? AND ${who.sql}`,
    ...[scope.site, now - currentFor, now, ...who.values],
  );
  return fits ? visits.filter(({ n }) => fits(n)) : visits;
}

/** Distinct visitors of some visits. */
export function visitorsOf(visits: readonly CurrentVisit[]): number {
  return new Set(visits.map(({ person }) => person)).size;
}
