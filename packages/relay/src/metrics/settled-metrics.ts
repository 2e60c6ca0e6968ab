import { Counter, Gauge, type Registry } from "prom-client";
import type { TargetLedger } from "../ledger/ledger.js";

type Labels = { readonly [label: string]: string };

/** Metrics of what became of everything that was for somebody, each told of with the labels that name them. */
export interface SettledMetrics {
  reset(): void;
  show(labels: Labels, ledger: TargetLedger): void;
}

/** Registers them under a prefix, as `target_batches`; `what` is counted, as `Batches`. */
export function settledMetrics(
  registry: Registry,
  prefix: string,
  what: string,
  labelNames: readonly string[],
): SettledMetrics {
  const registers = [registry];
  const settled = new Counter({
    name: `isotherm_relay_${prefix}_total`,
    help: `${what} settled, by outcome and reason`,
    labelNames: [...labelNames, "outcome", "reason"],
    registers,
  });
  const doubted = new Counter({
    name: `isotherm_relay_${prefix}_maybe_duplicate_total`,
    help: `${what} that may be there twice: an answer was lost, and a copy would not be recognised`,
    labelNames: [...labelNames],
    registers,
  });
  const waiting = new Gauge({
    name: `isotherm_relay_${prefix}_waiting`,
    help: `${what} that wait`,
    labelNames: [...labelNames],
    registers,
  });
  return {
    reset() {
      settled.reset();
      doubted.reset();
      waiting.reset();
    },
    show(labels, { forwarded, waiting: left, dead, filtered, dropped, maybeDuplicate }) {
      for (const [outcome, count] of Object.entries({ forwarded, dead, filtered })) {
        settled.inc({ ...labels, outcome, reason: "" }, count);
      }
      for (const [reason, count] of Object.entries(dropped))
        settled.inc({ ...labels, outcome: "dropped", reason }, count);
      doubted.inc(labels, maybeDuplicate);
      waiting.set(labels, left);
    },
  };
}
