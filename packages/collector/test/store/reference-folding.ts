import type { ReferenceHistory } from "./reference.js";
import { localDay, referencePeople } from "./reference-people.js";

/** What a visit has of a dimension or of names, once for each time. */
export type ValuesOf = (history: ReferenceHistory) => readonly string[];

/** Which values stand alone, worked out the slow way. */
export interface ReferenceFold {
  /** What a value of a visit counts under. */
  nameOf(history: ReferenceHistory, value: string): string;
  /** As answers have it. */
  readonly folded: { readonly days: number; readonly values: number } | undefined;
}

/** Of each day those values that more visits have than the first of the values that are too many. */
export function referenceFold(all: readonly ReferenceHistory[], valuesOf: ValuesOf, most: number): ReferenceFold {
  const named = new Map<number, ReadonlySet<string>>();
  let [days, values] = [0, 0];
  for (const day of new Set(all.map(dayOf))) {
    const visits: { [value: string]: number } = {};
    for (const history of all.filter((one) => dayOf(one) === day))
      for (const value of new Set(valuesOf(history))) visits[value] = (visits[value] ?? 0) + 1;
    const rest = Object.values(visits).toSorted((a, b) => b - a)[most] ?? 0;
    const alone = Object.keys(visits).filter((value) => (visits[value] as number) > rest);
    named.set(day, new Set(alone));
    const folded = Object.keys(visits).length - alone.length;
    if (folded > 0) days++;
    values += folded;
  }
  return {
    nameOf: (history, value) => (named.get(dayOf(history))?.has(value) ? value : "(other)"),
    folded: days === 0 ? undefined : { days, values },
  };
}

const dayOf = ({ visit }: ReferenceHistory): number => localDay(visit.start);

/** What a name counts. */
export interface ReferenceRow {
  /** Times that it occurs. */
  readonly count: number;
  readonly visits: number;
  readonly visitors: number;
  readonly bounces: number;
  readonly duration: number;
}

/** Occurrences, visits and visitors by name, with the others of each day together. */
export function referenceRows(
  all: readonly ReferenceHistory[],
  valuesOf: ValuesOf,
  most: number,
): { readonly rows: { readonly [name: string]: ReferenceRow }; readonly folded: ReferenceFold["folded"] } {
  const { nameOf, folded } = referenceFold(all, valuesOf, most);
  const people = referencePeople(all);
  const found = new Map<string, { count: number; visits: Set<ReferenceHistory> }>();
  for (const history of all) {
    for (const value of valuesOf(history)) {
      const name = nameOf(history, value);
      const row = found.get(name) ?? { count: 0, visits: new Set() };
      found.set(name, row);
      row.count++;
      row.visits.add(history);
    }
  }
  const rows = [...found].map(([name, { count, visits }]) => [
    name,
    {
      count,
      visits: visits.size,
      visitors: new Set([...visits].map((history) => people.get(history))).size,
      bounces: [...visits].filter(({ visit }) => visit.bounce).length,
      duration: [...visits].reduce((sum, { visit }) => sum + visit.duration, 0),
    },
  ]);
  return { rows: Object.fromEntries(rows), folded };
}
