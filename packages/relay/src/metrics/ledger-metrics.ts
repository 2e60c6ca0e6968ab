import { Counter, Gauge, type Registry } from "prom-client";
import type { Ledger } from "../ledger/ledger.js";

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
  const settled = new Counter({
    name: "isotherm_relay_target_batches_total",
    help: "Batches settled with a target, by outcome and reason",
    labelNames: ["target", "outcome", "reason"],
    registers,
  });
  const waiting = new Gauge({
    name: "isotherm_relay_target_waiting_batches",
    help: "Batches that wait for a target",
    labelNames: ["target"],
    registers,
  });
  return (ledger) => {
    for (const counter of [batches, requests, settled]) counter.reset();
    for (const [key, it] of Object.entries(ledger.keys)) {
      batches.inc({ key, outcome: "journaled", reason: "" }, it.journaled);
      batches.inc({ key, outcome: "duplicate", reason: "" }, it.duplicate);
      for (const [reason, count] of Object.entries(it.refused)) batches.inc({ key, outcome: "refused", reason }, count);
    }
    for (const [reason, count] of Object.entries(ledger.requests)) requests.inc({ reason }, count);
    for (const [target, it] of Object.entries(ledger.targets)) {
      waiting.set({ target }, it.waiting);
      settled.inc({ target, outcome: "forwarded", reason: "" }, it.forwarded);
      settled.inc({ target, outcome: "dead", reason: "" }, it.dead);
      settled.inc({ target, outcome: "filtered", reason: "" }, it.filtered);
      for (const [reason, count] of Object.entries(it.dropped))
        settled.inc({ target, outcome: "dropped", reason }, count);
    }
  };
}
