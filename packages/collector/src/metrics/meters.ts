import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { CollectorHealth } from "../health/health.js";
import type { Taken } from "../intake/parts.js";
import type { BeforeInsertOutcome } from "../project/before-insert.js";
import type { SnapshotOutcome } from "../snapshot/take-snapshot.js";
import type { FoldedValues } from "../store/store.js";

/** What is counted while the collector runs, for Prometheus and for `/v1/health`. */
export interface Meters {
  batches(taken: Taken): void;
  /** Batches that a privacy signal kept from being stored. */
  dropped(signal: "gpc" | "dnt", batches: number): void;
  /** An upload of a page snapshot that was not refused. */
  snapshot(outcome: SnapshotOutcome): void;
  /** A batch that has passed `onBeforeInsert`. */
  beforeInsert(outcome: BeforeInsertOutcome): void;
  /** Events that were refused, to come again later, because their key had sent as many as it may in a minute. */
  overQuota(events: number): void;
  /** A whole request that was refused. */
  refused(code: string): void;
  answered(route: string, status: number, seconds: number): void;
  /** Refused requests since the start, by code. */
  refusals(): { readonly [code: string]: number };
  droppedBySignal(): { readonly [signal: string]: number };
  /** Everything in Prometheus' text format, with gauges as these say; what the store folded is null where it was not to be asked. */
  scrape(health: CollectorHealth, folded: readonly FoldedValues[] | null): Promise<string>;
}

/** Meters of one collector, in a registry of their own: two collectors in one process do not mix. */
export function meters(): Meters {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = (name: string, help: string, label: string): Counter =>
    new Counter({ name: `isotherm_collector_${name}_total`, help, labelNames: [label], registers });
  const batches = counter("batches", "Batches by what became of them", "outcome");
  const refusedRequests = counter("refused_requests", "Requests that were refused as a whole, by code", "code");
  const snapshots = counter("snapshots", "Uploads of page snapshots by what became of them", "outcome");
  const hooked = counter("before_insert", "Batches that onBeforeInsert saw, by what it made of them", "outcome");
  const refusedEvents = counter("refused_events", "Events that were refused for now, by reason", "reason");
  const seconds = new Histogram({
    name: "isotherm_collector_request_seconds",
    help: "Time from a request's headers to the end of its answer",
    labelNames: ["route", "status"],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers,
  });
  const refusals: { [code: string]: number } = {};
  const droppedBySignal: { [signal: string]: number } = {};

  const gauges = healthGauges(registers);
  const foldedGauge = foldedGauges(registers);

  return {
    batches({ accepted, duplicate, rejected }) {
      batches.inc({ outcome: "accepted" }, accepted);
      batches.inc({ outcome: "duplicate" }, duplicate);
      for (const { code } of rejected) batches.inc({ outcome: code });
    },
    dropped(signal, count) {
      batches.inc({ outcome: `dropped_${signal}` }, count);
      droppedBySignal[signal] = (droppedBySignal[signal] ?? 0) + count;
    },
    beforeInsert: (outcome) => hooked.inc({ outcome }),
    snapshot: (outcome) => snapshots.inc({ outcome }),
    overQuota: (events) => refusedEvents.inc({ reason: "quota" }, events),
    refused(code) {
      refusedRequests.inc({ code });
      refusals[code] = (refusals[code] ?? 0) + 1;
    },
    answered: (route, status, time) => seconds.observe({ route, status: String(status) }, time),
    refusals: () => ({ ...refusals }),
    droppedBySignal: () => ({ ...droppedBySignal }),
    scrape(health, folded) {
      gauges(health);
      if (folded) foldedGauge(folded);
      return registry.metrics();
    },
  };
}

function healthGauges(registers: Registry[]): (health: CollectorHealth) => void {
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name: `isotherm_collector_${name}`, help, registers });
  const ready = gauge("ready", "1 while batches can be made durable");
  const bytes = gauge("journal_bytes", "Bytes that the journal keeps");
  const damage = gauge("journal_damage", "Damaged ranges found in the journal");
  const underWay = gauge("intake_bytes", "Bytes of bodies of requests under way");
  const turnedAway = new Counter({
    name: "isotherm_collector_turned_away_total",
    help: "Requests that found no room beside those under way",
    registers,
  });
  const waiting = gauge("projector_waiting", "Records of the journal that cannot be queried yet");
  const lag = gauge("projector_lag_seconds", "Age of the oldest record that cannot be queried yet");
  const aside = gauge(
    "projector_aside",
    "Records that the store does not take, kept and offered to it again at each start",
  );
  const reachable = gauge("store_reachable", "1 while the store answers");
  return (health) => {
    ready.set(health.ready ? 1 : 0);
    bytes.set(health.journal.bytes);
    damage.set(health.journal.damage.length);
    underWay.set(health.intake.bytes);
    turnedAway.reset();
    turnedAway.inc(health.intake.turnedAway);
    waiting.set(health.projector.waiting);
    lag.set(health.projector.lag / 1000);
    aside.set(health.projector.aside);
    reachable.set(health.store.reachable ? 1 : 0);
  };
}

function foldedGauges(registers: Registry[]): (folded: readonly FoldedValues[]) => void {
  const labelNames = ["dimension"];
  const values = new Gauge({
    name: "isotherm_collector_folded_values",
    help: "Values that stand under (other) because their day has more than are told apart, of all days that are kept",
    ...{ labelNames, registers },
  });
  const days = new Gauge({
    name: "isotherm_collector_folded_days",
    help: "Days of sites that have such values",
    ...{ labelNames, registers },
  });
  return (folded) => {
    values.reset();
    days.reset();
    for (const { dimension, ...one } of folded) {
      values.set({ dimension }, one.values);
      days.set({ dimension }, one.days);
    }
  };
}
