import type { Metric } from "@isotherm/protocol";
import { percent } from "./number.js";

/** How a number moved against the period before. */
export interface Change {
  /** The size of the difference, as 12%; bounce rate in percentage points, as 4pp. */
  readonly text: string;
  readonly direction: -1 | 0 | 1;
  /** Whether that is welcome; a falling bounce rate is. */
  readonly mood: "good" | "bad" | "same";
}

/** Null when there is nothing to compare with. */
export function change(metric: Metric, now: number, before: number): Change | null {
  const points = metric === "bounceRate";
  if (!points && before === 0) return null;
  const difference = points ? now - before : (now - before) / before;
  const rounded = Math.round(Math.abs(difference) * 100);
  const direction = rounded === 0 ? 0 : difference > 0 ? 1 : -1;
  const good = metric === "bounceRate" ? -1 : 1;
  return {
    text: points ? `${rounded}pp` : rounded < 1_000 ? percent(rounded / 100) : `${Math.round(rounded / 100)}×`,
    direction,
    mood: direction === 0 ? "same" : direction === good ? "good" : "bad",
  };
}
