import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./free-port.js";
import { isotherm, type Running } from "./process.js";
import { until } from "./until.js";

/** Relay and collector, each a process of its own, as on two machines. */
export interface System {
  readonly folder: string;
  /** Addresses; the relay's is the site's own origin. */
  readonly relay: string;
  readonly collector: string;
  /** Where the relay shows what became of every batch. */
  readonly ledger: string;
  /** The relay's path that takes batches. */
  readonly intake: string;
  readonly publicKey: string;
  /** The site's id. */
  readonly site: string;
  /** Asks the collector's API with the read key. */
  ask<T>(path: string): Promise<T>;
  start(part: "relay" | "collector"): Promise<Running>;
  /** The process that runs this part now. */
  process(part: "relay" | "collector"): Running;
  /** Ends both, the relay first. */
  stop(): Promise<void>;
}

/** Sets up a site in `folder` with `isotherm init` and starts both parts; `behind` is the site that the relay stands before. */
export async function startSystem(folder: string, behind?: string): Promise<System> {
  const ports = { relay: await freePort(), collector: await freePort(), metrics: await freePort() };
  const addresses = { relay: `http://127.0.0.1:${ports.relay}`, collector: `http://127.0.0.1:${ports.collector}` };
  const file = join(folder, "isotherm.config.json");
  const config = {
    sites: [{ id: "e2e", name: "End to end", timeZone: "UTC", origins: [addresses.relay] }],
    relay: {
      port: ports.relay,
      metricsPort: ports.metrics,
      // All of a test's visitors have one address.
      requestsPerMinute: 1_000_000,
      collector: { url: addresses.collector },
      ...(behind ? { proxy: [{ path: "/", to: behind }] } : {}),
    },
    collector: { port: ports.collector },
  };
  writeFileSync(file, JSON.stringify(config));
  const init = isotherm(["init"], folder);
  if ((await init.ended) !== 0) throw new Error(`isotherm init failed:\n${init.output()}`);
  const publicKey = /pk_\w+/.exec(init.output())?.[0] ?? "";
  const { readKey, relay } = JSON.parse(readFileSync(join(folder, "isotherm-data/secrets.json"), "utf8"));
  const { intake } = JSON.parse(readFileSync(file, "utf8")).relay.paths;

  // As on another machine, the relay is told by its environment how to sign.
  const credential = { ISOTHERM_RELAY_COLLECTOR_KEY_ID: relay.keyId, ISOTHERM_RELAY_COLLECTOR_SECRETS: relay.secret };

  const running = new Map<"relay" | "collector", Running>();
  const start = async (part: "relay" | "collector"): Promise<Running> => {
    const process = isotherm([part], folder, credential);
    running.set(part, process);
    await until(`${part} to be ready`, async () => {
      if (process.hasEnded()) return process;
      const answer = await fetch(`${addresses[part]}/health/ready`);
      await answer.body?.cancel();
      return answer.status === 200 ? process : null;
    });
    if (process.hasEnded()) throw new Error(`${part} ended at once:\n${process.output()}`);
    return process;
  };
  const processOf = (part: "relay" | "collector"): Running => {
    const process = running.get(part);
    if (!process) throw new Error(`${part} was never started`);
    return process;
  };

  const stop = async (): Promise<void> => {
    await running.get("relay")?.stop();
    await running.get("collector")?.stop();
  };
  try {
    await start("collector");
    await start("relay");
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    folder,
    ...addresses,
    ledger: `http://127.0.0.1:${ports.metrics}/ledger`,
    intake,
    publicKey,
    site: "e2e",
    ask: async <T>(path: string): Promise<T> => {
      const answer = await fetch(`${addresses.collector}/v1${path}`, {
        headers: { authorization: `Bearer ${readKey}` },
      });
      const body = await answer.text();
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${body}`);
      return JSON.parse(body) as T;
    },
    start,
    process: processOf,
    stop,
  };
}
