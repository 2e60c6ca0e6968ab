import { CollectorError } from "../../../../collector-error.js";

/** Reads a cursor of so many numbers; the fallback begins. Throws `cursor_invalid` for one that was never given out. */
export function readCursor<Numbers extends readonly [number, ...number[]]>(
  cursor: string | null,
  fallback: Numbers,
): Numbers {
  if (cursor === null) return fallback;
  const numbers = cursor.split(".").map(Number);
  if (numbers.length !== fallback.length || !numbers.every(Number.isSafeInteger))
    throw new CollectorError("cursor_invalid", "cursor is not one that an earlier page gave as `next`");
  return numbers as unknown as Numbers;
}

/** A cursor of these numbers. */
export const cursorOf = (...numbers: readonly number[]): string => numbers.join(".");
