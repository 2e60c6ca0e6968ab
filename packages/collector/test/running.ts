import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryJournal } from "@isotherm/journal/memory";
import { fixtureTime } from "@isotherm/protocol/fixtures";
import { newSecret, sign } from "@isotherm/protocol/signature";
import { onTestFinished } from "vitest";
import { type Collector, createCollector } from "../src/collector.js";
import type { CollectorOptions } from "../src/options.js";
import { type CollectorServer, collectorServer } from "../src/server/collector-server.js";
import type { Site, StoredKey } from "../src/store/sites.js";
import type { Store } from "../src/store/store.js";
import { type MemoryStore, memoryStore } from "./memory-store.js";

/** Keys and sites that tests send and ask with. */
export const publicKey = "pk_0123456789abcdefghijABCD";
export const otherPublicKey = "pk_otherotherotherotherothe";
export const readKey = `rd_${"a".repeat(32)}`;
export const otherReadKey = `rd_${"b".repeat(32)}`;
export const operatorKey = `rd_${"c".repeat(32)}`;
export const writeKey = `wr_${"d".repeat(32)}`;
export const relayId = "rk_0123456789ab";
export const relaySecret: string = newSecret();
export const origin = "https://shop.example";

/** What a person's browser calls itself: visits of fetch itself would be taken for a bot's. */
export const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

export const siteOf = (overrides: Partial<Site> = {}): Site => ({
  id: "shop",
  name: "Shop",
  group: "shop",
  timeZone: "Europe/Paris",
  origins: [origin],
  privacy: { gpc: "strip", dnt: "ignore" },
  demo: false,
  createdAt: fixtureTime,
  ...overrides,
});

export const keyOf = (overrides: Partial<StoredKey>): StoredKey => ({
  id: publicKey,
  kind: "public",
  site: "shop",
  label: "",
  secret: null,
  createdAt: fixtureTime,
  revokedAt: null,
  ...overrides,
});

export const hashOf = (key: string): string => createHash("sha256").update(key).digest("hex");

/** Puts two sites with their keys into a store. */
export async function furnish(store: Store): Promise<void> {
  await store.putSite(siteOf());
  await store.putSite(siteOf({ id: "blog", name: "Blog", group: "blog", origins: ["https://blog.example"] }));
  await store.putKey(keyOf({}));
  await store.putKey(keyOf({ id: otherPublicKey, site: "blog" }));
  await store.putKey(keyOf({ id: "read-1", kind: "read", secret: hashOf(readKey) }));
  await store.putKey(keyOf({ id: "read-2", kind: "read", site: "blog", secret: hashOf(otherReadKey) }));
  await store.putKey(keyOf({ id: "read-3", kind: "read", site: null, secret: hashOf(operatorKey) }));
  await store.putKey(keyOf({ id: "write-1", kind: "write", secret: hashOf(writeKey) }));
  await store.putKey(keyOf({ id: relayId, kind: "relay", site: null, secret: relaySecret }));
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "isotherm-collector-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A collector that listens, with a clock that the test moves. */
export interface Running<S extends Store = MemoryStore> {
  readonly store: S;
  readonly collector: Collector;
  readonly server: CollectorServer;
  readonly clock: { now: number };
  /** Sends a body as a browser on the shop's origin would, unless headers say otherwise; a header of `undefined` is left out. */
  post(body: unknown, headers?: { readonly [name: string]: string | undefined }): Promise<Response>;
  /** Sends a body as the relay would. */
  postSigned(body: unknown, options?: SignedOptions): Promise<Response>;
  get(path: string, key?: string | null, headers?: { readonly [name: string]: string }): Promise<Response>;
}

/** How a signed request may differ from a good one. */
export interface SignedOptions {
  readonly keyId?: string;
  readonly secret?: string;
  readonly timestamp?: number;
  readonly headers?: { readonly [name: string]: string };
}

/** What is sent: bytes and texts as they are, all else as JSON. */
const bytesOf = (body: unknown): string | Uint8Array<ArrayBuffer> =>
  typeof body === "string" || body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body);

/** Starts a collector on free ports and closes it after the test. */
export async function running<S extends Store = MemoryStore>(
  options: Partial<CollectorOptions> & { readonly store?: S; readonly bare?: boolean } = {},
): Promise<Running<S>> {
  const clock = { now: fixtureTime + 1_000 };
  const { store = memoryStore() as Store as S, bare = false, ...rest } = options;
  if (!bare) await furnish(store);
  const collector = await createCollector({
    folder: await temporaryFolder(),
    journal: memoryJournal({ now: () => clock.now }),
    now: () => clock.now,
    pollEvery: 20,
    ...rest,
    store,
  });
  const server = await collectorServer({ collector, port: 0, metricsPort: 0 });
  onTestFinished(() => server.close());
  const url = `${server.url}/v1/batches`;

  return {
    store,
    collector,
    server,
    clock,
    post(body, headers = {}) {
      const all = { "content-type": "text/plain", "user-agent": agent, origin, ...headers };
      const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
      return fetch(url, { method: "POST", headers: Object.fromEntries(given), body: bytesOf(body) });
    },
    async postSigned(body, { keyId = relayId, secret = relaySecret, timestamp, headers = {} } = {}) {
      const sent = bytesOf(body);
      const at = timestamp ?? Math.floor(clock.now / 1000);
      const signature = await sign({ id: "msg_1", timestamp: at, body: sent, secrets: [secret] });
      return fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", "relay-key-id": keyId, ...signature, ...headers },
        body: sent,
      });
    },
    get(path, key = readKey, headers = {}) {
      return fetch(`${server.url}${path}`, {
        headers: { ...(key !== null && { authorization: `Bearer ${key}` }), ...headers },
      });
    },
  };
}
