import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RelayConfig } from "isotherm";
import { freePort } from "./free-port.js";
import type { Line } from "./line.js";
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
  /** What a person asks the collector with. */
  readonly readKey: string;
  /** What the relay signs with. */
  readonly credential: { readonly keyId: string; readonly secret: string };
  /** Asks the collector's API with the read key. */
  ask<T>(path: string): Promise<T>;
  /** Starts a part and resolves once it is ready. */
  start(part: Part): Promise<Running>;
  /** Starts a part and waits for nothing. */
  launch(part: Part): Running;
  /** Resolves once a part that was launched is ready. */
  ready(part: Part): Promise<Running>;
  /** The process that runs this part now. */
  process(part: Part): Running;
  /** Ends both, the relay first. */
  stop(): Promise<void>;
}

/** The two processes of a system. */
export type Part = "relay" | "collector";

/** How a system differs from two plain processes. */
export interface SystemOptions {
  /** Address of the site that the relay stands before. @default none */
  readonly behind?: string;
  /** First-party paths for other trackers. @default [] */
  readonly passthrough?: RelayConfig["passthrough"];
  /** IANA time zone in which the site's days begin. @default "UTC" */
  readonly timeZone?: string;
  /** Origins of pages besides the relay's own. @default [] */
  readonly origins?: readonly string[];
  /** Lines in front of a part: pages then open the relay's, and the relay sends into the collector's. @default {} */
  readonly lines?: { readonly [part in Part]?: Pick<Line, "url" | "lead"> };
  /** Bytes that each journal may hold, of which an eighth makes a segment. @default the command's own */
  readonly journalBytes?: number;
  /** More of a part's configuration, as how much it takes. @default {} */
  readonly bounds?: { readonly [part in Part]?: { readonly [field: string]: number } };
  /** Proxies that the collector believes who sent what it takes directly: addresses or ranges. @default [] */
  readonly trustProxy?: readonly string[];
  /** Requests that the relay takes within a minute from one address, as all of a test's visitors have. @default 1000000 */
  readonly requestsPerMinute?: number;
  /** Is called after `isotherm init`, before anything runs. @default nothing */
  readonly prepared?: () => void;
  /** Starts a part's process in the system's folder. @default the built command */
  readonly run?: (part: Part, env: Record<string, string>) => Running;
}

/** Sets up a site in `folder` with `isotherm init` and starts both parts. */
export async function startSystem(folder: string, options: SystemOptions = {}): Promise<System> {
  const { behind, timeZone = "UTC", origins = [], lines = {}, journalBytes, trustProxy = [] } = options;
  const { requestsPerMinute = 1_000_000, prepared = () => {}, passthrough, bounds = {} } = options;
  const { run = (part, env) => isotherm([part], folder, env) } = options;
  const ports = { relay: await freePort(), collector: await freePort(), metrics: await freePort() };
  const addresses = { relay: `http://127.0.0.1:${ports.relay}`, collector: `http://127.0.0.1:${ports.collector}` };
  const lined = lines.relay ? [lines.relay.url] : [];
  const file = join(folder, "isotherm.config.json");
  const config = {
    sites: [{ id: "e2e", name: "End to end", timeZone, origins: [addresses.relay, ...lined, ...origins] }],
    relay: {
      port: ports.relay,
      metricsPort: ports.metrics,
      requestsPerMinute,
      collector: { url: lines.collector?.url ?? addresses.collector },
      ...(behind ? { proxy: [{ path: "/", to: behind }] } : {}),
      ...(passthrough ? { passthrough } : {}),
      ...(journalBytes ? { journalBytes } : {}),
      ...bounds.relay,
    },
    collector: {
      port: ports.collector,
      trustProxy,
      ...(journalBytes ? { journalBytes } : {}),
      ...bounds.collector,
    },
  };
  writeFileSync(file, JSON.stringify(config));
  const init = isotherm(["init"], folder);
  if ((await init.ended) !== 0) throw new Error(`isotherm init failed:\n${init.output()}`);
  const publicKey = /pk_\w+/.exec(init.output())?.[0] ?? "";
  const { readKey, relay } = JSON.parse(readFileSync(join(folder, "isotherm-data/secrets.json"), "utf8"));
  const { intake } = JSON.parse(readFileSync(file, "utf8")).relay.paths;
  lines.relay?.lead(ports.relay, [intake]);
  lines.collector?.lead(ports.collector, ["/v1/batches"]);

  prepared();

  // As on another machine, the relay is told by its environment how to sign.
  const credential = { ISOTHERM_RELAY_COLLECTOR_KEY_ID: relay.keyId, ISOTHERM_RELAY_COLLECTOR_SECRETS: relay.secret };

  const running = new Map<Part, Running>();
  const launch = (part: Part): Running => {
    const process = run(part, credential);
    running.set(part, process);
    return process;
  };
  const ready = async (part: Part): Promise<Running> => {
    const process = processOf(part);
    await until(`${part} to be ready`, async () => {
      if (process.hasEnded()) return process;
      const answer = await fetch(`${addresses[part]}/health/ready`);
      await answer.body?.cancel();
      return answer.status === 200 ? process : null;
    });
    if (process.hasEnded()) throw new Error(`${part} ended at once:\n${process.output()}`);
    return process;
  };
  const start = (part: Part): Promise<Running> => {
    launch(part);
    return ready(part);
  };
  const processOf = (part: Part): Running => {
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
    readKey,
    credential: relay,
    ask: async <T>(path: string): Promise<T> => {
      const answer = await fetch(`${addresses.collector}/v1${path}`, {
        headers: { authorization: `Bearer ${readKey}` },
      });
      const body = await answer.text();
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${body}`);
      return JSON.parse(body) as T;
    },
    start,
    launch,
    ready,
    process: processOf,
    stop,
  };
}
