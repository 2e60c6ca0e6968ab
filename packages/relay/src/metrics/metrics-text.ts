import type { Relay } from "../relay.js";
import { healthMetrics } from "./health-metrics.js";
import { ledgerMetrics } from "./ledger-metrics.js";
import { meters } from "./meters.js";

/** Ledger and health of a relay as Prometheus' text, to be served as `text/plain; version=0.0.4` where only its scraper can see it. */
export async function metricsText(relay: Pick<Relay, "health" | "ledger">): Promise<string> {
  const now = meters();
  ledgerMetrics(now, await relay.ledger());
  healthMetrics(now, await relay.health());
  return now.text();
}
