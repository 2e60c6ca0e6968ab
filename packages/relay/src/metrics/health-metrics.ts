import { Gauge, type Registry } from "prom-client";
import type { RelayHealth } from "../health/health.js";

const states = ["running", "backing_off", "stopped"] as const;
const statuses = ["ok", "degraded", "failing"] as const;

/** Gauges that show a relay's health. */
export function healthMetrics(registry: Registry): (health: RelayHealth) => void {
  const gauge = (name: string, help: string, labelNames: readonly string[] = []): Gauge =>
    new Gauge({ name: `isotherm_relay_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  const ready = gauge("ready", "1 while a batch can be made durable");
  const status = gauge("status", "1 for the status that the relay is in: degraded needs a person", ["status"]);
  const records = gauge("journal_records", "Records in the journal");
  const bytes = gauge("journal_bytes", "Bytes of the journal");
  const bound = gauge("journal_max_bytes", "Bytes that the journal may have");
  const damaged = gauge("journal_damaged_ranges", "Ranges of the journal that could not be read");
  const dropped = gauge("journal_dropped_records", "Records that the bound drove out before every target had them");
  const oldest = gauge("journal_oldest_seconds", "Age of the oldest record in the journal; 0 when there is none");
  const state = gauge("target_state", "1 for the state that a target is in", ["target", "state"]);
  const concurrency = gauge("target_concurrency", "Requests that may be in flight to a target", ["target"]);
  const through = gauge(
    "passthrough_state",
    "1 for the state that a pass-through's backend, or its way to Isotherm, is in",
    ["passthrough", "to", "state"],
  );
  return ({ ready: isReady, status: now, journal, targets, passthroughs }) => {
    ready.set(isReady ? 1 : 0);
    for (const name of statuses) status.set({ status: name }, now === name ? 1 : 0);
    dropped.set(journal.dropped);
    records.set(journal.records);
    bytes.set(journal.bytes);
    bound.set(journal.maxBytes);
    damaged.set(journal.damage.length);
    oldest.set((journal.oldestAgeMs ?? 0) / 1_000);
    for (const [target, health] of Object.entries(targets)) {
      concurrency.set({ target }, health.concurrency);
      for (const name of states) state.set({ target, state: name }, health.state === name ? 1 : 0);
    }
    for (const [passthrough, { state: backend, copy }] of Object.entries(passthroughs)) {
      for (const [to, is] of [["backend", backend] as const, ...(copy ? [["isotherm", copy.state] as const] : [])]) {
        for (const name of states) through.set({ passthrough, to, state: name }, is === name ? 1 : 0);
      }
    }
  };
}
