import type { DeadLetters } from "../dead-letters/dead-letters.js";
import { letterLine } from "../dead-letters/letter-line.js";

/** Dead letters that go, line by line, to wherever they are kept. */
export const lineLetters = (write: (lines: readonly string[]) => Promise<void>): DeadLetters => ({
  write: (letters) => write(letters.map(letterLine)),
  async close() {},
});
