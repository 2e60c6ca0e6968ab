import type { Metric } from "@isotherm/protocol";
import { duration } from "./duration.js";
import { locale } from "./locale.js";

const wholeFormat = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const compactFormat = new Intl.NumberFormat(locale, { notation: "compact", maximumSignificantDigits: 3 });
const ratioFormat = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const percentFormat = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
const finePercentFormat = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });

/** 1,204 */
export const whole = (value: number): string => wholeFormat.format(value);

/** 1,204 up to four digits, then 12.1K */
export const compact = (value: number): string =>
  Math.abs(value) < 10_000 ? wholeFormat.format(value) : compactFormat.format(value);

/** 42%, and below ten per cent with a digit more; never 0% for what is there. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return `<${finePercentFormat.format(0.001)}`;
  return (share > 0 && share < 0.0995 ? finePercentFormat : percentFormat).format(share);
}

/** One of the six numbers, in its unit. */
export function metricText(metric: Metric, value: number): string {
  if (metric === "bounceRate") return percentFormat.format(value);
  if (metric === "visitDuration") return duration(value);
  if (metric === "viewsPerVisit") return ratioFormat.format(value);
  return compact(value);
}
