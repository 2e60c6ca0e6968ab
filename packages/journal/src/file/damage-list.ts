import type { Damage } from "../journal.js";

const ENTRIES_MAX = 1000;

/** Adds to a list that stays short whatever is on disk: neighbours become one, and past the bound so does the rest. */
export function reportDamage(list: Damage[], damage: Damage): void {
  const before = list.at(-1);
  const touches = before?.file === damage.file && before.to === damage.from && before.reason === damage.reason;
  if (before === undefined || (!touches && list.length < ENTRIES_MAX)) {
    list.push(damage);
    return;
  }
  list[list.length - 1] = touches
    ? { ...before, to: damage.to }
    : { ...damage, from: before.file === damage.file ? before.from : damage.from, reason: "several" };
}
