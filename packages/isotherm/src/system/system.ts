import type { Store } from "@isotherm/collector";
import type { TargetOptions } from "@isotherm/relay";
import type { ResolvedConfig } from "../config/resolved.js";
import { type Prepared, prepare } from "../setup/prepare.js";
import { opening } from "./closing.js";
import { type RunningCollector, runCollector } from "./run-collector.js";
import { type RunningRelay, runRelay } from "./run-relay.js";
import { openStore } from "./store.js";

/** Relay and collector in one process. */
export interface System {
  readonly store: Store;
  readonly collector: RunningCollector;
  readonly relay: RunningRelay;
  readonly prepared: Prepared;
  /** Relay first, so that what it still takes is on disk before its collector goes. */
  close(): Promise<void>;
}

/**
 * Starts both on what `prepare` finds or makes. They talk over loopback HTTP with signed requests, as on two machines:
 * there is no shorter way that would have to be tested on its own.
 */
export async function startSystem(
  config: ResolvedConfig,
  options: {
    readonly paths: { readonly intake: string; readonly script: string };
    /** Other backends, checked. */
    readonly targets: readonly TargetOptions[];
    readonly now: () => number;
  },
): Promise<System> {
  const { paths, targets, now } = options;
  return opening(async (opened) => {
    const store = await openStore(config.collector, { threads: true });
    opened.add(() => store.close());
    const prepared = await prepare({ store, sites: config.sites, data: config.data, now: now() });
    const collector = await runCollector(config, { store, now, flag: "--collector-port" });
    opened.add(() => collector.close());
    const { keyId, secret } = prepared.relay;
    const upstream = { url: loopback(collector.url), keyId, secrets: [secret] };
    const relay = await runRelay(config, { paths, upstream, targets, now });
    opened.add(() => relay.close());
    return { store, collector, relay, prepared, close: () => opened.close() };
  });
}

/** The address by which this machine reaches a server that may listen on all addresses. */
export function loopback(url: string): string {
  const address = new URL(url);
  if (address.hostname === "0.0.0.0") address.hostname = "127.0.0.1";
  if (address.hostname === "[::]") address.hostname = "[::1]";
  return address.origin;
}
