import type { RelayOptions } from "@isotherm/relay";
import { type RelayServer, type RelayServerOptions, relayServer } from "@isotherm/relay/server";
import { onTestFinished } from "vitest";
import { relayOptions } from "./relay.js";
import type { StandIn } from "./stand-in.js";

/** A relay behind a port of its own, which ends with the test. */
export async function startServer(
  collector: StandIn,
  overrides: Partial<RelayOptions> = {},
  server: Omit<RelayServerOptions, "relay"> = {},
): Promise<RelayServer> {
  const relay = await relayOptions(collector, overrides);
  const started = await relayServer({ port: 0, metricsPort: 0, ...server, relay });
  onTestFinished(() => started.close());
  return started;
}
