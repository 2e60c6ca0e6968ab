import { Counter, type Registry } from "prom-client";
import type { KeyLedger, Ledger } from "../ledger/ledger.js";
import { settledMetrics } from "./settled-metrics.js";

/** The ledger as counters. They come from the journal, so they go on where they were when the relay starts again. */
export function ledgerMetrics(registry: Registry): (ledger: Ledger) => void {
  const registers = [registry];
  const batches = new Counter({
    name: "isotherm_relay_batches_total",
    help: "Batches received under a key, by outcome and reason",
    labelNames: ["key", "outcome", "reason"],
    registers,
  });
  const requests = new Counter({
    name: "isotherm_relay_requests_refused_total",
    help: "Requests refused before it was clear what they hold, by reason",
    labelNames: ["reason"],
    registers,
  });
  const passed = new Counter({
    name: "isotherm_relay_passthrough_received_total",
    help: "Durable requests received by a pass-through, by outcome and reason",
    labelNames: ["passthrough", "outcome", "reason"],
    registers,
  });
  const targets = settledMetrics(registry, "target_batches", "Batches for a target", ["target"]);
  const backends = settledMetrics(
    registry,
    "passthrough_requests",
    "Requests for a pass-through's backend or Isotherm",
    ["passthrough", "to"],
  );

  return (ledger) => {
    for (const counter of [batches, requests, passed, targets, backends]) counter.reset();
    for (const [key, it] of Object.entries(ledger.keys)) countCame(batches, { key }, it);
    for (const [reason, count] of Object.entries(ledger.requests)) requests.inc({ reason }, count);
    for (const [target, it] of Object.entries(ledger.targets)) targets.show({ target }, it);
    for (const [passthrough, { came, backend, copy }] of Object.entries(ledger.passthroughs)) {
      countCame(passed, { passthrough }, came);
      backends.show({ passthrough, to: "backend" }, backend);
      if (copy !== undefined) backends.show({ passthrough, to: "isotherm" }, copy);
    }
  };
}

function countCame(counter: Counter, labels: { readonly [label: string]: string }, it: KeyLedger): void {
  for (const [outcome, count] of Object.entries({ journaled: it.journaled, duplicate: it.duplicate })) {
    counter.inc({ ...labels, outcome, reason: "" }, count);
  }
  for (const [reason, count] of Object.entries(it.refused))
    counter.inc({ ...labels, outcome: "refused", reason }, count);
}
