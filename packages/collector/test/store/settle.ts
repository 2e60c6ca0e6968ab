import type { WriteCore } from "../../src/store/sql/core.js";

/** Derives all dirty days of a store that nobody writes to. */
export function settle(write: WriteCore): void {
  for (let turn = 0; turn < 10_000; turn++) if (write.settleDays() === "settled") return;
  throw new Error("days are still dirty after 10,000 turns");
}
