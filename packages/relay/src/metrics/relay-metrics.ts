import { collectDefaultMetrics, Histogram, Registry } from "prom-client";
import type { Observer } from "../observer.js";
import type { Relay } from "../relay.js";
import { metricsText } from "./metrics-text.js";

/** What Prometheus is told. */
export interface RelayMetrics {
  /** Is fed with durations as they happen. */
  readonly observer: Observer;
  readonly contentType: string;
  /** Everything, with the relay's counters and states as they are now. */
  scrape(relay: Relay): Promise<string>;
}

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30];

/** Metrics of one relay, in a registry of their own. */
export function relayMetrics(): RelayMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const answers = new Histogram({
    name: "isotherm_relay_answer_seconds",
    help: "Time to the answer, by status",
    labelNames: ["status"],
    buckets,
    registers: [registry],
  });
  const attempts = new Histogram({
    name: "isotherm_relay_attempt_seconds",
    help: "Time of one request to a target, by what its answer meant",
    labelNames: ["target", "outcome"],
    buckets,
    registers: [registry],
  });
  return {
    contentType: registry.contentType,
    observer: {
      answered: (status, seconds) => answers.observe({ status: String(status) }, seconds),
      attempted: (target, outcome, seconds) => attempts.observe({ target, outcome }, seconds),
    },
    scrape: async (relay) => `${await registry.metrics()}\n${await metricsText(relay)}`,
  };
}
