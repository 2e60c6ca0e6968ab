import type { KeyLedger, Ledger } from "../ledger/ledger.js";
import type { Labels, Meters, Show } from "./meters.js";
import { settledMetrics } from "./settled-metrics.js";

/** Shows the ledger. Its counters come from the journal, so they go on where they were when the relay starts again. */
export function ledgerMetrics(meters: Meters, ledger: Ledger): void {
  const batches = meters.counter("batches_total", "Batches received under a key, by outcome and reason");
  for (const [key, it] of Object.entries(ledger.keys)) showCame(batches, { key }, it);
  const requests = meters.counter(
    "requests_refused_total",
    "Requests refused before it was clear what they hold, by reason",
  );
  for (const [reason, count] of Object.entries(ledger.requests)) requests({ reason }, count);
  const quarantine = meters.counter(
    "quarantine_requests_total",
    "Refused requests that the quarantine kept, dropped for newer ones, failed to keep, or gave back (replayed)",
  );
  for (const [fate, count] of Object.entries(ledger.quarantine)) quarantine({ fate }, count);
  const targets = settledMetrics(meters, "target_batches", "Batches for a target");
  for (const [target, it] of Object.entries(ledger.targets)) targets({ target }, it);

  const passed = meters.counter(
    "passthrough_received_total",
    "Durable requests received by a pass-through, by outcome and reason",
  );
  const backends = settledMetrics(meters, "passthrough_requests", "Requests for a pass-through's backend or Isotherm");
  for (const [passthrough, { came, backend, copy }] of Object.entries(ledger.passthroughs)) {
    showCame(passed, { passthrough }, came);
    backends({ passthrough, to: "backend" }, backend);
    if (copy !== undefined) backends({ passthrough, to: "isotherm" }, copy);
  }
}

function showCame(show: Show, labels: Labels, { journaled, duplicate, refused }: KeyLedger): void {
  show({ ...labels, outcome: "journaled", reason: "" }, journaled);
  show({ ...labels, outcome: "duplicate", reason: "" }, duplicate);
  for (const [reason, count] of Object.entries(refused)) show({ ...labels, outcome: "refused", reason }, count);
}
