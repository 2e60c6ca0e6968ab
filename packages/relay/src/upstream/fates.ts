import { passed } from "../ledger/names.js";
import { severity } from "../ledger/severity.js";
import type { Entry, Refusal } from "../target/target.js";
import type { Recent } from "./recent.js";

/** What became of something at a target, for good. */
export interface Fate {
  /** As the ledger counts it. */
  readonly outcome: string;
  /** The target may have it twice. */
  readonly doubted?: boolean;
  /** Why it was refused, where it was. */
  readonly refusal?: Refusal;
}

/** What becomes of the entries of one request at one target. */
export interface Fates {
  isOpen(entry: Entry): boolean;
  settle(entries: readonly Entry[], fate: Fate): void;
  /** They may have arrived, and are sent again to a target that would not know. */
  doubt(entries: readonly Entry[]): void;
  /** The fate of an item that has these entries; undefined while one of them is open. */
  of(entries: readonly Entry[]): Fate | undefined;
}

const open = "open";

/** Fates that begin with what is known from requests before, and are known to those that come. */
export function fates(known: Recent<Fate>): Fates {
  const own = new Map<string, Fate>();
  const fateOf = (entry: Entry): Fate => own.get(nameOf(entry)) ?? known.get(nameOf(entry)) ?? { outcome: open };
  const settle = (entries: readonly Entry[], fate: Fate): void => {
    for (const entry of entries) {
      const noted = { ...fate, doubted: fate.doubted ?? fateOf(entry).doubted ?? false };
      own.set(nameOf(entry), noted);
      known.set(nameOf(entry), noted);
    }
  };
  return {
    isOpen: (entry) => fateOf(entry).outcome === open,
    settle,
    doubt: (entries) => settle(entries, { outcome: open, doubted: true }),
    of(entries) {
      const all = entries.map(fateOf);
      return all.some(({ outcome }) => outcome === open) ? undefined : worst(all);
    },
  };
}

const nameOf = ({ item, event }: Entry): string => (event === undefined ? item.id : `${item.id} ${event}`);

/** One entry that is dead or dropped makes its item so. */
function worst(all: readonly Fate[]): Fate {
  const [first = { outcome: passed.filtered }, ...others] = all;
  const gravest = others.reduce((most, fate) => (severity(fate.outcome) > severity(most.outcome) ? fate : most), first);
  return { ...gravest, doubted: all.some(({ doubted }) => doubted === true) };
}
