import type { RelayHealth } from "../health/health.js";
import type { Meters } from "./meters.js";

const states = ["running", "backing_off", "stopped"] as const;
const statuses = ["ok", "degraded", "failing"] as const;

/** Shows a relay's health. */
export function healthMetrics({ gauge }: Meters, health: RelayHealth): void {
  const { ready, status, journal, intake, targets, passthroughs } = health;
  gauge("ready", "1 while a batch can be made durable")({}, ready ? 1 : 0);
  const is = gauge("status", "1 for the status that the relay is in: degraded needs a person");
  for (const name of statuses) is({ status: name }, status === name ? 1 : 0);
  gauge("intake_bytes", "Bytes of bodies of requests under way")({}, intake.bytes);
  gauge("intake_max_bytes", "Bytes that they may have together")({}, intake.maxBytes);
  gauge("journal_records", "Records in the journal")({}, journal.records);
  gauge("journal_bytes", "Bytes of the journal")({}, journal.bytes);
  gauge("journal_max_bytes", "Bytes that the journal may have")({}, journal.maxBytes);
  gauge("journal_damaged_ranges", "Ranges of the journal that could not be read")({}, journal.damage.length);
  gauge("journal_dropped_records", "Records that the bound drove out before every target had them")(
    {},
    journal.dropped,
  );
  gauge("journal_oldest_seconds", "Age of the oldest record in the journal; 0 when there is none")(
    {},
    (journal.oldestAgeMs ?? 0) / 1_000,
  );
  const state = gauge("target_state", "1 for the state that a target is in");
  const concurrency = gauge("target_concurrency", "Requests that may be in flight to a target");
  for (const [target, it] of Object.entries(targets)) {
    concurrency({ target }, it.concurrency);
    for (const name of states) state({ target, state: name }, it.state === name ? 1 : 0);
  }
  const through = gauge(
    "passthrough_state",
    "1 for the state that a pass-through's backend, or its way to Isotherm, is in",
  );
  for (const [passthrough, { state: backend, copy }] of Object.entries(passthroughs)) {
    for (const [to, now] of [["backend", backend] as const, ...(copy ? [["isotherm", copy.state] as const] : [])]) {
      for (const name of states) through({ passthrough, to, state: name }, now === name ? 1 : 0);
    }
  }
}
