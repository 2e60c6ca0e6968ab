import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Listening, listening } from "../kit/listening.js";
import { scriptTag } from "../kit/script-tag.js";
import { readDatabase } from "../kit/stored.js";
import { type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";
import { type Control, controls } from "./controls.js";

/** A site behind a relay with random paths, beside which trackers' usual requests are counted. */
export interface BlockerStage {
  readonly system: System;
  /** Sends a control as `send` does in a page, and resolves once it has come. */
  arrives(control: Control, send: Send): Promise<void>;
  /** Sends one, and says whether it has come by the time that what nothing stops has. */
  comesThrough(control: Control, send: Send): Promise<boolean>;
  end(): Promise<void>;
}

/** Calls `sendControl` in a page of the site. */
export type Send = (request: { readonly url: string; readonly by: Control["by"] }) => Promise<unknown>;

// No list knows it, and no rule stops a fetch of it.
const witness = "/q4x8k2m7";
const watched = new Set([witness, ...controls.map(({ path }) => path)]);

export async function blockerStage(): Promise<BlockerStage> {
  const arrived: string[] = [];
  let snippet = "";
  const count = createServer((request, response) => {
    if (watched.has(request.url ?? ""))
      arrived.push(`http://${request.headers["x-forwarded-host"] ?? request.headers.host}${request.url}`);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(
      `<!doctype html><html><head><title>Shop</title><link rel="icon" href="data:,">${snippet}</head>` +
        `<body><button id="go">Go</button><p style="height:3000px">Long</p></body></html>`,
    );
  });
  const site: Listening = await listening(count);
  const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
  const system = await startSystem(folder, { behind: site.url });
  snippet = await scriptTag(system);
  // Another name for this machine is another site.
  const foreignOrigin = site.url.replace("127.0.0.1", "localhost");
  const originOf = ({ foreign }: Control): string => (foreign ? foreignOrigin : system.relay);
  return {
    system,
    async arrives(control, send) {
      const url = originOf(control) + control.path;
      const before = arrived.length;
      await send({ url, by: control.by });
      await until(control.name, async () => arrived.slice(before).includes(url) || null);
    },
    async comesThrough(control, send) {
      const origin = originOf(control);
      const before = arrived.length;
      await send({ url: origin + control.path, by: control.by });
      await send({ url: origin + witness, by: "fetch" });
      const came = (): readonly string[] => arrived.slice(before);
      await until("the witness", async () => came().includes(origin + witness) || null);
      return came().includes(origin + control.path);
    },
    async end() {
      await system.stop();
      await site.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The events that a session tracks on each of its pages. */
export const tracked = (page: string): readonly string[] => Array.from({ length: 10 }, (_, i) => `${page} ${i}`);

/** Runs in a page: tracks all at once, and resolves when what waits has arrived. */
export async function trackAll(names: readonly string[]): Promise<number> {
  const sdk = (
    globalThis as unknown as { isotherm: { track(name: string): void; flush(): Promise<{ waiting: number }> } }
  ).isotherm;
  for (const name of names) sdk.track(name);
  return (await sdk.flush()).waiting;
}

/** Runs in a page: tracks all, and leaves for another before anything is sent. */
export function trackAndLeave({ names, to }: { readonly names: readonly string[]; readonly to: string }): void {
  const sdk = (globalThis as unknown as { isotherm: { track(name: string): void } }).isotherm;
  for (const name of names) sdk.track(name);
  location.assign(to);
}

/** Custom events and page views that the collector holds, by name or path, each as often as it is there; once none of `names` is missing. */
export async function stored({ folder }: System, names: readonly string[]): Promise<readonly string[]> {
  const read = (): readonly string[] =>
    // Of a browser that is driven too, which the API leaves out as a bot.
    readDatabase(folder, (rows) => [
      ...(rows("SELECT text AS name FROM events JOIN strings ON strings.n = events.name WHERE type = 'custom'") as {
        name: string;
      }[]),
      ...(rows("SELECT text AS name, views FROM raw JOIN strings ON strings.n = raw.page WHERE views > 0") as {
        name: string;
      }[]),
    ]).map(({ name }) => name);
  return until("every event to be stored", async () => {
    const found = read();
    const missing = names.filter((name) => !found.includes(name));
    if (missing.length > 0) throw new Error(`missing: ${missing.join(", ")}`);
    return [...found].sort();
  });
}

/** What a session leaves behind that tracks on its first page, while it leaves that, and on the second. */
export const session: readonly string[] = [
  ...["first", "leaving", "second"].flatMap(tracked),
  ...["/", "/first", "/second"],
].sort();
