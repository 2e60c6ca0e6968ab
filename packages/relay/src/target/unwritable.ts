import type { Entry, Item, Refusal, RefusedEntry, Target, TargetRequest } from "./target.js";

/** Why an entry goes to the dead letters that its target cannot write. */
function unwritable(error: unknown): Refusal {
  const reason = error instanceof Error ? error.message : String(error);
  return { code: "entry_unwritable", message: `it cannot be written for this target: ${reason}` };
}

/** What a target takes of an item; the item as a whole, refused, where the target fails at it. */
export function entriesOf(target: Target, item: Item): readonly Entry[] {
  try {
    return target.entries(item);
  } catch (error) {
    return [{ item, refusal: unwritable(error) }];
  }
}

/** A target whose `encode` never throws: entries that it fails at are told of, and all others are packed without them. */
export function encodingAlways(target: Target, onFault: (refused: RefusedEntry) => void): Target {
  const encode = (entries: readonly Entry[]): readonly TargetRequest[] => {
    try {
      return target.encode(entries);
    } catch (error) {
      const [entry] = entries;
      if (entries.length > 1) {
        const half = Math.ceil(entries.length / 2);
        return [...encode(entries.slice(0, half)), ...encode(entries.slice(half))];
      }
      if (entry !== undefined) onFault({ entry, ...unwritable(error) });
      return [];
    }
  };
  return { ...target, encode };
}
