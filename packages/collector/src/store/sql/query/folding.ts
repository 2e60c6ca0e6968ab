import type { WithFolded } from "@isotherm/protocol";
import type { Day } from "../../derive/zone.js";
import type { Connection } from "../connection.js";
import { other, visitsOfRest } from "../other.js";
import { textsOf } from "../strings.js";
import { pairSet } from "./pair-set.js";
import type { Measured } from "./remembered.js";
import type { Scope } from "./scope.js";

/** Rows of a day's visits with a value each, visit by visit. */
export interface Values {
  readonly count: number;
  /** Which of the day's visits. */
  readonly visit: Int32Array;
  /** Numbers of texts. */
  readonly value: Int32Array;
  /** How many different values there are at most. */
  readonly distinct: number;
}

/** Which of a day's values are told apart, where there are too many. */
export interface Fold extends Measured {
  readonly named: ReadonlySet<number>;
  /** How many are not. */
  readonly folded: number;
}

/** Tells values apart for one answer. */
export interface Folding {
  /**
   * Under which number a value of a day counts: its own, or that of all others. `what` names the rows among all that are
   * remembered of a day; `fits` are the visits that the answer is about, null for all.
   */
  on(day: Day, what: string, values: Values, fits: Uint8Array | null): (value: number) => number;
  /** The same of a value that was told apart when its day was derived. */
  derived(value: number): number;
  /** Notes how many were not. */
  note(day: Day, what: string, folded: number): void;
  /** What the answer says of it. */
  mark(): WithFolded;
}

/** How many different values these rows hold; beneath the number that are told apart, the rows will do. */
export function distinctOf({ mostValues }: Scope, values: Int32Array): number {
  return values.length <= mostValues ? values.length : new Set(values).size;
}

/** Which values are told apart among some of a day's visits, or all; null for every one. */
export function foldOf(scope: Scope, day: Day, what: string, values: Values, fits: Uint8Array | null): Fold | null {
  if (values.distinct <= scope.mostValues) return null;
  const fold = fits ? foldNow(scope, values, fits) : scope.ofDay(`fold of ${what}`, day, () => foldNow(scope, values));
  return fold.folded === 0 ? null : fold;
}

function foldNow(scope: Scope, { count, visit, value }: Values, fits?: Uint8Array): Fold {
  const visits = new Map<number, number>();
  const seen = pairSet();
  for (let row = 0; row < count; row++) {
    const [one, what] = [visit[row] as number, value[row] as number];
    if (fits?.[one] !== 0 && seen.add(what, one)) visits.set(what, (visits.get(what) ?? 0) + 1);
  }
  if (visits.size <= scope.mostValues) return { named: new Set(), folded: 0, bytes: 0 };
  const rest = visitsOfRest(Int32Array.from(visits.values()), scope.mostValues);
  const frequent = [...visits].filter(([, often]) => often > rest).map(([what]) => what);
  const named = new Set(frequent);
  named.delete(scope.otherNumber());
  // About what a set takes for each entry.
  return { named, folded: visits.size - frequent.length, bytes: frequent.length * 40 };
}

export function folding(scope: Scope): Folding {
  const folded = new Map<string, number>();
  const days = new Set<Day>();
  const note = (day: Day, what: string, values: number): void => {
    days.add(day);
    folded.set(`${day} ${what}`, values);
  };
  const derived = (value: number): number => (value === scope.otherNumber() ? other.number : value);
  return {
    derived,
    note,
    on(day, what, values, fits) {
      const fold = foldOf(scope, day, what, values, fits);
      if (fold === null) return derived;
      note(day, what, fold.folded);
      return (value) => (fold.named.has(value) ? value : other.number);
    },
    mark() {
      if (days.size === 0) return {};
      const values = [...folded.values()].reduce((sum, one) => sum + one, 0);
      return { folded: { days: days.size, values } };
    },
  };
}

/** The texts that values have in answers. */
export function namesOf(connection: Connection, values: Iterable<number>): ReadonlyMap<number, string> {
  return new Map([...textsOf(connection, values), [other.number, other.text]]);
}
