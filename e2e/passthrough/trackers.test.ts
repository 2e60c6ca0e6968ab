import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RelayHealth } from "@isotherm/relay";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchOptions } from "../kit/chromium.js";
import { full } from "../kit/effort.js";
import { type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";
import { passthroughOf, shop, type Tracker, trackers } from "./shop.js";
import { type Delivered, type TrackerBackend, trackerBackend } from "./tracker-backend.js";

const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
/** How long the backends are away, in ms. */
const outage = full ? 60_000 : 6_000;

let browser: Browser;
let site: Awaited<ReturnType<typeof shop>>;
let backend: TrackerBackend;
let system: System;
/** Names of everything that was tracked, by tracker, and when, in ms since 1970. */
const said = Object.fromEntries(trackers.map((it) => [it, new Map<string, number>()])) as Record<
  Tracker,
  Map<string, number>
>;

/** What arrived of a tracker: names and, where the backend has them, times. */
const arrived: { readonly [tracker in Tracker]: () => readonly { name: string; at?: number; from: Delivered }[] } = {
  posthog: () =>
    backend.delivered.flatMap((from) => {
      if (!/^\/(e|i\/v0\/e|batch)\//.test(from.path)) return [];
      const body = JSON.parse(from.body) as object;
      const events = (Array.isArray(body) ? body : "batch" in body ? body.batch : [body]) as {
        event: string;
        timestamp: string;
      }[];
      return events.map(({ event, timestamp }) => ({ name: event, at: Date.parse(timestamp), from }));
    }),
  plausible: () =>
    backend.delivered.flatMap((from) =>
      from.path === "/api/event" ? [{ name: (JSON.parse(from.body) as { n: string }).n, from }] : [],
    ),
  umami: () =>
    backend.delivered.flatMap((from) => {
      if (from.path !== "/api/send") return [];
      const { payload } = JSON.parse(from.body) as { payload: { name?: string; timestamp: number } };
      return [{ name: payload.name ?? "pageview", at: payload.timestamp * 1_000, from }];
    }),
};

const visit = async (tracker: Tracker): Promise<Page> => {
  const page = await browser.newPage();
  await page.goto(`${system.relay}/?tracker=${tracker}`);
  await page.waitForFunction(() => "say" in window);
  return page;
};

/** Tracks some events. */
async function track(page: Page, tracker: Tracker, what: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const name = `${what} ${i}`;
    said[tracker].set(name, Date.now());
    await page.evaluate((event) => (window as unknown as { say: (name: string) => void }).say(event), name);
  }
}

/** Resolves once the relay keeps everything of the outage, but for what so many of PostHog's requests bring later. */
const kept = (later: number): Promise<boolean> =>
  until("all of it to be kept", async () => {
    const { passthroughs } = await health();
    const waiting = trackers.map((it) => [it, passthroughs[it]?.waiting ?? 0] as const);
    const missing = waiting.filter(([it, count]) => count < (it === "posthog" ? 1 - later : 10));
    if (missing.length > 0) throw new Error(`of ${JSON.stringify(waiting)} something is missing`);
    return true;
  });

const health = async (): Promise<RelayHealth> => (await (await fetch(`${system.relay}/health`)).json()) as RelayHealth;

beforeAll(async () => {
  browser = await chromium.launch(launchOptions(agent));
  site = await shop();
  backend = await trackerBackend();
  const passthrough = trackers.map((tracker) => passthroughOf(tracker, backend.url));
  system = await startSystem(folder, { behind: site.url, passthrough });

  // Pages that are there before the outage, and pages that are first opened in it.
  const pages = new Map<Tracker, Page>();
  for (const tracker of trackers) {
    const page = await visit(tracker);
    await track(page, tracker, "before", 5);
    pages.set(tracker, page);
  }
  await until("what came before to be delivered", async () => {
    const missing = trackers.filter((it) => !arrived[it]().some(({ name }) => name === "before 4"));
    if (missing.length > 0) throw new Error(`the last one of ${missing.join(", ")} is missing`);
    return true;
  });
  await backend.goAway();
  const gone = Date.now();
  for (const [tracker, page] of pages) await track(page, tracker, "during", 10);
  // PostHog's tracker sends some of it as its page ends. The others send at once, and it is not for them to be tried here
  // what a browser does with requests that it has not begun when its page is closed.
  await kept(1);
  for (const page of pages.values()) await page.close({ runBeforeUnload: false });
  await kept(0);
  // And as if that was not enough, the relay is killed while it has everything.
  await system.process("relay").stop("SIGKILL");
  await system.start("relay");
  await until("the outage to be over", async () => (Date.now() - gone > outage ? true : null), outage + 10_000);
  await backend.comeBack();
  await until("everything to be delivered", async () => {
    const { passthroughs } = await health();
    return trackers.every((it) => passthroughs[it]?.waiting === 0) ? true : null;
  });
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
  await site?.close();
  await backend?.goAway();
  rmSync(folder, { recursive: true, force: true });
});

describe("behind a pass-through, while its backend was away and the relay was killed,", () => {
  test.each(trackers)("every event of %s arrived, once", (tracker) => {
    const names = arrived[tracker]().map(({ name }) => name);
    expect(names.filter((name) => said[tracker].has(name)).sort()).toEqual([...said[tracker].keys()].sort());
    expect(names.filter((name) => /pageview/.test(name))).toHaveLength(1);
  });

  test.each(trackers)("%s was told whose they are", (tracker) => {
    for (const { from } of arrived[tracker]()) {
      expect(from.headers).toMatchObject({ "x-forwarded-for": "127.0.0.1", "user-agent": agent });
    }
  });

  test.each(["posthog", "umami"] as const)("%s was told when they happened, not when they came", (tracker) => {
    for (const { name, at = 0, from } of arrived[tracker]()) {
      const then = said[tracker].get(name);
      if (then === undefined) continue;
      // Umami counts whole seconds; PostHog's tracker holds events for up to three.
      expect(Math.abs(at - then)).toBeLessThan(tracker === "umami" ? 4_000 : 500);
      if (name.startsWith("during")) expect(from.at - at).toBeGreaterThan(outage - 5_000);
    }
  });

  test("health and ledger show what came and what was delivered", async () => {
    const { passthroughs, status } = await health();
    expect(status).toBe("ok");
    for (const tracker of trackers) {
      const through = passthroughs[tracker];
      expect(through).toMatchObject({ waiting: 0, failing: null });
      expect(through?.forwarded).toBe(through?.received);
    }
    const ledger = await (await fetch(system.ledger)).json();
    expect(ledger).toMatchObject({ balanced: true });
  });
});
