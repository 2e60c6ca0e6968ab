import type { Context, Press, Stop } from "../capture.js";

/** Tells of each press that `clicks()` records, at once. */
export function onPress(context: Context, told: (press: Press) => void): Stop {
  context.presses ??= new Set();
  const { presses } = context;
  presses.add(told);
  return () => presses.delete(told);
}
