import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HeatmapAnswer, SessionAnswer, SessionsAnswer } from "@isotherm/protocol";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchOptions } from "../kit/chromium.js";
import { type Line, openLine } from "../kit/line.js";
import { type Listening, listening } from "../kit/listening.js";
import { type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";

const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
const require = createRequire(import.meta.url);
// Beside what `require` finds lies the same as a module.
const sdk = require.resolve("@m-software-engineering/heat-sdk").replace(/\.js$/, ".mjs");

/** An event as the SDK posted it. */
interface Posted {
  readonly eventId: string;
  readonly sessionId: string;
  readonly type: string;
  readonly ts: number;
  readonly path: string;
  readonly points: readonly unknown[];
  readonly [field: string]: unknown;
}

let browser: Browser;
let site: Listening;
let line: Line;
let system: System;
let stored: SessionAnswer;

const heat = (to: string, key: string): string => `<!doctype html><html lang="en"><head><title>Shop</title>
<link rel="icon" href="data:,"><style>body{margin:0;height:3000px}button,input{position:absolute;left:100px;width:200px;height:40px}</style></head>
<body><button id="buy" style="top:100px">Buy</button><input id="search" type="search" style="top:200px">
<script type="module">
  import { init } from "/heat-sdk.mjs";
  window.tracker = init({
    endpoint: "${to}/ingest",
    projectKey: "${key}",
    app: { name: "shop", version: "3", env: "test" },
    batch: { flushIntervalMs: 300 },
    capture: { inputs: { enabled: true, mode: "masked" }, keyboard: { enabled: true, mode: "metadata" } },
  });
</script></body></html>`;

interface Tracker {
  identify(id: string, traits: object): void;
  track(name: string, props?: object): void;
  flush(): Promise<void>;
}

const withTracker = (page: Page, use: (tracker: Tracker) => void): Promise<void> =>
  page.evaluate((source) => {
    const { tracker } = window as unknown as { readonly tracker: Tracker };
    new Function("tracker", `(${source})(tracker)`)(tracker);
  }, use.toString());

/** All that was posted, each event as often as it was. */
const posted = (): readonly Posted[] =>
  line.carried().flatMap((body) => (JSON.parse(body) as { readonly events: readonly Posted[] }).events);

/** The events that were posted, by id. */
const produced = (): ReadonlyMap<string, Posted> => new Map(posted().map((event) => [event.eventId, event]));

const entriesOf = (type: string) => stored.timeline.filter((entry) => entry.type === type);
const postedOf = (type: string) => [...produced().values()].filter((event) => event.type === type);

async function read(): Promise<SessionAnswer> {
  const { sessions } = await system.ask<SessionsAnswer>(`/sites/${system.site}/sessions?period=day`);
  expect(sessions).toHaveLength(1);
  return system.ask<SessionAnswer>(`/sessions/${sessions[0]?.id}`);
}

beforeAll(async () => {
  line = await openLine();
  let key = "";
  site = await listening(
    createServer(({ url }, response) => {
      const script = url === "/heat-sdk.mjs";
      response.setHeader("content-type", script ? "text/javascript" : "text/html; charset=utf-8");
      response.end(script ? readFileSync(sdk) : heat(line.url, key));
    }),
  );
  system = await startSystem(folder, { origins: [site.url] });
  key = system.publicKey;
  line.lead(Number(new URL(system.collector).port), ["/ingest"]);
  browser = await chromium.launch(launchOptions(agent));

  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(`${site.url}/pricing?plan=b`);
  await page.waitForFunction(() => "tracker" in window);
  await withTracker(page, (tracker) => tracker.identify("user-7", { plan: "pro" }));
  await page.mouse.click(150, 120);
  await page.mouse.click(160, 130);
  await page.locator("#search").focus();
  await page.keyboard.type("abc");
  await page.keyboard.press("Enter");
  await page.mouse.move(400, 400, { steps: 5 });
  await page.evaluate(() => scrollTo(0, 1140));
  await until("the scroll", async () => (postedOf("scroll").length > 0 ? true : null));

  // What comes now is stored, but the SDK is not told so, and sends it again.
  line.loseAnswers();
  await withTracker(page, (tracker) => {
    for (let i = 0; i < 5; i++) tracker.track(`deaf ${i}`, { i, nested: { list: [1, "b", null] } });
  });
  await until("answers to be lost", async () => (line.struck() >= 2 ? true : null));
  line.mend();
  await page.evaluate(() => history.pushState({}, "", "/checkout"));
  await withTracker(page, (tracker) => tracker.track("last"));
  await until("the last event to be stored", async () => {
    const { timeline } = await read();
    const names = timeline.map(({ detail }) => detail.name);
    return names.includes("last") && timeline.some(({ detail }) => detail.to === "/checkout") ? true : null;
  });
  await page.close();
  stored = await read();
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
  await site?.close();
  await line?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("heat-sdk from npm, unchanged, with a collector of ours,", () => {
  test("has every event stored once, also those that it sent again", () => {
    expect(posted().length).toBeGreaterThan(produced().size);
    const ids = stored.timeline.flatMap(({ type, detail }) => (type === "identify" ? [] : [detail.eventId]));
    expect(ids.sort()).toEqual([...produced().keys()].sort());
  });

  test("has what the visitor did counted", () => {
    const count = (type: string) => entriesOf(type).length;
    expect(entriesOf("page").map(({ detail, page }) => [page, detail.to])).toEqual([
      ["/pricing", "/pricing?plan=b"],
      ["/checkout", "/checkout"],
    ]);
    expect(count("click")).toBe(2);
    expect(entriesOf("keyboard").map(({ detail }) => detail.cat)).toEqual(["other", "other", "other", "editing"]);
    const custom = entriesOf("custom").map(({ detail }) => detail.name);
    expect(custom.sort()).toEqual(["deaf 0", "deaf 1", "deaf 2", "deaf 3", "deaf 4", "last"]);
    expect(entriesOf("input").map(({ detail }) => detail.act)).toEqual(expect.arrayContaining(["focus", "change"]));
    expect(stored.session).toMatchObject({ pageViews: 2, clicks: 2, events: 6, entry: "/pricing", exit: "/checkout" });
    expect(stored.session).toMatchObject({ user: "user-7", device: "desktop", browser: "Chrome", system: "Linux" });
  });

  test("has every event stored with all its fields", () => {
    const names: { readonly [type: string]: string } = { pageview: "page" };
    // What the batch says of all its events, and what the protocol calls otherwise or leaves to the picture.
    const apart = ["type", "ts", "sessionId", "path", "viewport", "device", "points", "button", "scrollY"];
    const renamed: { readonly [field: string]: string } = { action: "act", category: "cat" };
    for (const { eventId, ts, type, device, ...fields } of produced().values()) {
      const entry = stored.timeline.find(({ detail }) => detail.eventId === eventId);
      expect(entry).toMatchObject({ type: names[type] ?? type, at: Math.round(ts) });
      for (const [field, value] of Object.entries(fields)) {
        if (apart.includes(field)) continue;
        const found = entry?.detail[renamed[field] ?? field];
        expect(found, `${type} ${field}`).toEqual(["x", "y"].includes(field) ? Math.round(Number(value)) : value);
      }
      expect(entry?.detail).toMatchObject({ platform: (device as { readonly platform: string }).platform });
      expect(entry?.detail.app).toEqual({ name: "shop", version: "3", env: "test" });
    }
    expect(entriesOf("identify")).toMatchObject([{ detail: { traits: { plan: "pro" } } }]);
    expect(entriesOf("scroll").at(-1)?.detail).toMatchObject({ max: 620, scrollDepthPct: 50 });
  });

  test("draws every point of the pointer's trails", async () => {
    const moves = postedOf("move");
    expect(moves.some(({ points }) => points.length > 0)).toBe(true);
    // The last of a trail may be posted when the page is another one already.
    const pages = ["/pricing", "/checkout"];
    expect(pages).toEqual(expect.arrayContaining(moves.map(({ path }) => path.split("?")[0])));
    for (const page of pages) {
      const { count } = await system.ask<HeatmapAnswer>(
        `/sites/${system.site}/heatmap?period=day&page=${page}&kind=move`,
      );
      const ofPage = moves.filter(({ path }) => path.split("?")[0] === page);
      expect(count, page).toBe(ofPage.reduce((sum, { points }) => sum + points.length, 0));
    }
  });
});
