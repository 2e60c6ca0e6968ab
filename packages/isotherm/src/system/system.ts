import type { Store } from "@isotherm/collector";
import type { TargetOptions } from "@isotherm/relay";
import type { ResolvedConfig } from "../config/resolved.js";
import { knownLast } from "../setup/known-last.js";
import type { Prepared } from "../setup/prepare.js";
import { type BringOptions, bringStore } from "./bring-store.js";
import { opening } from "./closing.js";
import { loopback } from "./loopback.js";
import { type RunningCollector, runCollector } from "./run-collector.js";
import { type RunningRelay, runRelay } from "./run-relay.js";

/** Relay and collector in one process. */
export interface System {
  readonly store: Store;
  readonly collector: RunningCollector;
  readonly relay: RunningRelay;
  readonly prepared: Prepared;
  /** Which database it is, with its version; null while it is away. */
  readonly product: string | null;
  /** Relay first, so that what it still takes is on disk before its collector goes. */
  close(): Promise<void>;
}

/**
 * Starts both on what `prepare` finds or makes, or found at an earlier start while the database is away. They talk over
 * loopback HTTP with signed requests, as on two machines: there is no shorter way that would have to be tested on its own. Null
 * where a person wanted an end before the database answered.
 */
export async function startSystem(
  config: ResolvedConfig,
  options: {
    readonly paths: { readonly intake: string; readonly script: string };
    /** Other backends, checked. */
    readonly targets: readonly TargetOptions[];
  } & Omit<BringOptions<Prepared>, "known">,
): Promise<System | null> {
  const { paths, targets, now } = options;
  return opening(async (opened) => {
    const brought = await bringStore(config, { ...options, known: () => knownLast(config) });
    if (brought === null) return null;
    const { store } = brought;
    opened.add(() => store.close());
    const prepared = brought.prepared ?? brought.known;
    const product = brought.prepared && (await store.product());
    const collector = await runCollector(config, { store, now, flag: "--collector-port" });
    opened.add(() => collector.close());
    const { keyId, secret } = prepared.relay;
    const upstream = { url: loopback(collector.url), keyId, secrets: [secret] };
    const relay = await runRelay(config, { paths, upstream, targets, now });
    opened.add(() => relay.close());
    return { store, collector, relay, prepared, product, close: () => opened.close() };
  });
}
