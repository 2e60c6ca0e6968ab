import type { Log } from "../log.js";
import type { RefusedEntry } from "../target/target.js";
import type { DeadLetters } from "./dead-letters.js";

/** Writes what a target refused for good to its dead letters, and says so; rejects when that cannot be written. */
export async function bury(
  refused: readonly RefusedEntry[],
  means: { readonly target: string; readonly at: number; readonly deadLetters: DeadLetters; readonly log: Log },
): Promise<void> {
  const { target, at, deadLetters, log } = means;
  await deadLetters.write(refused.map(({ entry, code, message }) => ({ at, target, code, message, ...entry })));
  log.warn({ target, entries: refused.length, code: refused[0]?.code }, "entries went to the dead letters");
}
