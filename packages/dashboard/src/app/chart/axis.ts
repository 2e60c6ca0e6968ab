import type { Metric } from "@isotherm/protocol";

const minute = 60_000;
const hour = 60 * minute;
// Steps that people read without thinking, in milliseconds.
const timeSteps = [1_000, 5_000, 10_000, 30_000, minute, 2 * minute, 5 * minute, 10 * minute, 30 * minute, hour];

function roundStep(rough: number): number {
  const ten = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((factor) => factor * ten >= rough) ?? 10) * ten;
}

/** Values for the lines behind a chart, from 0 to at least `largest`, about four of them. */
export function axis(metric: Metric, largest: number): readonly number[] {
  const least = { visitDuration: 10_000, bounceRate: 0.1, viewsPerVisit: 1, visitors: 4, visits: 4, pageViews: 4 }[
    metric
  ];
  const most = Math.max(least, largest);
  const rough = most / 4;
  const step =
    metric === "visitDuration"
      ? (timeSteps.find((one) => one >= rough) ?? Math.ceil(rough / hour) * hour)
      : metric === "bounceRate" || metric === "viewsPerVisit"
        ? roundStep(rough)
        : Math.max(1, Math.ceil(roundStep(rough)));
  const lines: number[] = [];
  for (let i = 0; i <= Math.ceil(most / step - 1e-9); i++) lines.push(i * step);
  return lines;
}

/** Which of `length` points get a label, so that at most `most` do, evenly, the first among them. */
export function labelled(length: number, most: number): readonly number[] {
  const every = Math.max(1, Math.ceil(length / Math.max(1, most)));
  return Array.from({ length: Math.ceil(length / every) }, (_, i) => i * every);
}
