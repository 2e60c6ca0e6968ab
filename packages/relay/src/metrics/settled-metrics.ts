import type { TargetLedger } from "../ledger/ledger.js";
import type { Labels, Meters } from "./meters.js";

/**
 * Names, under a prefix as `target_batches`, what became of everything that was for somebody; `what` is counted, as
 * `Batches`. Shows each with the labels that name them.
 */
export function settledMetrics(
  { counter, gauge }: Meters,
  prefix: string,
  what: string,
): (labels: Labels, ledger: TargetLedger) => void {
  const settled = counter(`${prefix}_total`, `${what} settled, by outcome and reason`);
  const doubted = counter(
    `${prefix}_maybe_duplicate_total`,
    `${what} that may be there twice: an answer was lost, and a copy would not be recognised`,
  );
  const again = counter(`${prefix}_replayed_total`, `${what} that an operator put on their way again`);
  const waiting = gauge(`${prefix}_waiting`, `${what} that wait`);
  return (labels, { forwarded, waiting: left, dead, filtered, dropped, maybeDuplicate, replayed }) => {
    for (const [outcome, count] of Object.entries({ forwarded, dead, filtered })) {
      settled({ ...labels, outcome, reason: "" }, count);
    }
    for (const [reason, count] of Object.entries(dropped)) settled({ ...labels, outcome: "dropped", reason }, count);
    doubted(labels, maybeDuplicate);
    again(labels, replayed);
    waiting(labels, left);
  };
}
