import type { Damage } from "../journal.js";

const ENTRIES_MAX = 1000;

/** Adds to a list that stays short whatever is on disk: neighbours become one, and past the bound so does what a file has. */
export function reportDamage(list: Damage[], damage: Damage): void {
  const before = list.at(-1);
  const sameFile = before?.file === damage.file;
  const touches = sameFile && before.to === damage.from && before.reason === damage.reason;
  if (!sameFile || (!touches && list.length < ENTRIES_MAX)) {
    list.push(damage);
    return;
  }
  list[list.length - 1] = touches ? { ...before, to: damage.to } : { ...damage, from: before.from, reason: "several" };
}
