import { memoryJournal } from "@isotherm/journal/memory";
import { createRelay, type Relay, type RelayOptions } from "@isotherm/relay";
import { inject, onTestFinished } from "vitest";
import { edgeRelay } from "./edge-relay.js";
import { temporaryFolder } from "./folder.js";
import { scriptBuild } from "./script-build.js";
import type { StandIn } from "./stand-in.js";

export const intakePath = "/f3k9q2w7";
export const scriptPath = "/h2m4x8b1";

/** Options of a relay before a stand-in, quick to try again. */
export async function relayOptions(collector: StandIn, overrides: Partial<RelayOptions> = {}): Promise<RelayOptions> {
  const folder = overrides.folder ?? (await temporaryFolder());
  const { url, keyId, secrets } = collector;
  return {
    folder,
    journal: memoryJournal(),
    paths: { intake: intakePath, script: scriptPath },
    sdkFolder: await scriptBuild(folder),
    targets: [{ type: "isotherm", url, keyId, secrets }],
    retry: { firstMs: 5, maxMs: 50, timeoutMs: 30_000 },
    drainMs: 2_000,
    ...overrides,
  };
}

/** A relay on the core that the run is about, which ends with the test. */
export async function startRelay(collector: StandIn, overrides: Partial<RelayOptions> = {}): Promise<Relay> {
  const options = await relayOptions(collector, overrides);
  const relay = await (inject("core") === "edge" ? edgeRelay(options) : createRelay(options));
  onTestFinished(() => relay.close());
  return relay;
}

/** What a request says besides its body. */
export interface Said {
  readonly address?: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

/** Sends a body to the relay's intake, as a page of the site would. */
export function post(relay: Pick<Relay, "handle">, body: unknown, said: Said = {}): Promise<Response> {
  const { address = "203.0.113.7", method = "POST", path = intakePath, headers = {} } = said;
  const raw = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  const request = new Request(`http://relay.example${path}`, {
    method,
    headers: {
      "content-type": "text/plain;charset=UTF-8",
      origin: "https://shop.example",
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
      "accept-language": "fr-FR",
      ...headers,
    },
    ...(method === "POST" && { body: raw as BodyInit }),
  });
  return relay.handle(request, { address });
}
