import { expect } from "vitest";
import { isotherm, type Running } from "./process.js";

/** A relay and the collector that it brings everything to, processes of their own. */
export interface RelayAndCollector {
  /** What made the site, and said its keys. */
  readonly init: Running;
  readonly key: string;
  /** Where pages post to. */
  readonly intake: string;
  readonly collector: Running;
  readonly address: string;
  readonly relay: Running;
}

/** Starts both in an empty folder, for a new site. */
export async function relayAndCollector(cwd: string): Promise<RelayAndCollector> {
  const init = isotherm(["init", "--name", "Shop"], cwd);
  expect(await init.ended()).toBe(0);
  const [key, path] = [await init.says(/data-key="(pk_\w+)"/), await init.says(/data-to="([^"]+)"/)];
  const created = isotherm(["keys", "create", "relay", "--label", "edge-1"], cwd);
  expect(await created.ended()).toBe(0);
  const collector = isotherm(["collector", "--port", "0"], cwd);
  const address = await collector.says(/Collector +(http\S+)/);
  const relay = isotherm(["relay", "--port", "0", "--collector", address, "--data", "relay-data"], cwd, {
    ISOTHERM_RELAY_COLLECTOR_KEY_ID: await created.says(/KEY_ID=(\S+)/),
    ISOTHERM_RELAY_COLLECTOR_SECRETS: await created.says(/SECRETS=(\S+)/),
  });
  return { init, key, intake: (await relay.says(/Relay +(http\S+)/)) + path, collector, address, relay };
}
