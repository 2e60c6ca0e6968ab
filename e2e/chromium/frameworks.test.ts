import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchOptions } from "../kit/chromium.js";
import type { Site } from "../kit/site.js";
import { readDatabase } from "../kit/stored.js";
import { type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";
import { buildExample, serveApp } from "../kit/vite-app.js";

const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";

/** What a visitor finds on an example, and what its pages are called. */
interface Example {
  readonly name: string;
  readonly things: { readonly [title: string]: number };
  readonly titles: { readonly [page: string]: string };
  readonly club: string;
  readonly routes: readonly [home: string, thing: string, club: string];
  readonly goal: string;
  readonly experiment: string;
  readonly labels: readonly string[];
  readonly shown: string;
}

const examples: readonly Example[] = [
  {
    name: "react",
    things: { Rye: 6.4, Spelt: 5.8 },
    titles: { "/": "Crumb, a small bakery", "/regulars": "Regulars | Crumb" },
    club: "Regulars",
    routes: ["/", "/breads/:name", "/regulars"],
    goal: "order",
    experiment: "order button",
    labels: ["Order", "Keep one for me"],
    shown: "card shown",
  },
  {
    name: "vue",
    things: { "Soft shield fern": 9.5, "Cushion moss": 7 },
    titles: {
      "/": "Understory, plants for the shade",
      "/plants/:name": "A plant | Understory",
      "/members": "Members | Understory",
    },
    club: "Members",
    routes: ["/", "/plants/:name", "/members"],
    goal: "reserve",
    experiment: "reserve button",
    labels: ["Reserve", "Keep one for me"],
    shown: "card-shown",
  },
];

/** Everything that was done, or is stored, by its name. */
type Counts = { [name: string]: number };

const add = (counts: Counts, name: string, more = 1): void => {
  counts[name] = (counts[name] ?? 0) + more;
};

function stored(folder: string): Counts {
  const counts: Counts = {};
  readDatabase(folder, (rows) => {
    const pages = rows(
      "SELECT text AS page, sum(views) AS views, sum(clicks) AS clicks FROM raw JOIN strings ON strings.n = raw.page GROUP BY text",
    ) as { page: string; views: number; clicks: number }[];
    for (const { page, views, clicks } of pages) {
      add(counts, `view of ${page}`, views);
      if (clicks) add(counts, `press on ${page}`, clicks);
    }
    const events = rows(
      "SELECT type, text AS name, value, currency FROM events JOIN strings ON strings.n = events.name",
    ) as { type: string; name: string; value: number | null; currency: string | null }[];
    for (const { type, name, value, currency } of events)
      add(counts, [type, name, value, currency].filter((part) => part !== null).join(" "));
  });
  return counts;
}

/** Titles by page, as the collector knows them. */
const storedTitles = (folder: string) =>
  readDatabase(folder, (rows) =>
    Object.fromEntries(
      (
        rows(
          "SELECT DISTINCT p.text AS page, t.text AS title FROM raw JOIN strings p ON p.n = raw.page JOIN strings t ON t.n = raw.title",
        ) as { page: string; title: string }[]
      ).map(({ page, title }) => [page, title]),
    ),
  );

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch(launchOptions(agent));
});
afterAll(() => browser?.close());

describe.each(examples)("the example for $name", ({ name, things, titles, club, routes, goal, ...experiment }) => {
  const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
  const app = join(folder, "app");
  const done: Counts = {};
  let site: Pick<Site, "url" | "close">;
  let system: System;
  let page: Page;
  let sent = 0;
  const complaints: string[] = [];

  beforeAll(async () => {
    site = await serveApp(app);
    system = await startSystem(folder, { behind: site.url });
    buildExample(name, app, system);
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: "en-GB" });
    page = await context.newPage();
    page.on("request", (request) => {
      if (request.url().includes(system.intake)) sent++;
    });
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
  });
  afterAll(async () => {
    await page?.context().close();
    await system?.stop();
    await site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const [home, thing, members] = routes;
  let at = "";
  const arrive = (route: string): void => {
    at = route;
    add(done, `view of ${route}`);
  };
  const press = async (role: "link" | "button", label: string): Promise<void> => {
    await page.getByRole(role, { name: label }).first().click();
    add(done, `press on ${at}`);
  };
  const buy = async (label: string, title: string): Promise<void> => {
    await press("button", label);
    add(done, `goal ${goal} ${things[title]} EUR`);
    await page.getByRole("status").waitFor();
  };
  const goTo = async (label: string, route: string): Promise<void> => {
    await press("link", label);
    arrive(route);
  };

  test("records nothing before the visitor agrees, and keeps nothing", async () => {
    await page.goto(system.relay, { waitUntil: "networkidle" });
    await page.getByText("May we count").waitFor();
    expect(sent).toBe(0);
    expect(await page.evaluate(() => indexedDB.databases())).toEqual([]);
    expect(await page.evaluate(() => [document.cookie, localStorage.length])).toEqual(["", 0]);
  });

  test("records everything afterwards, once", async () => {
    await page.getByRole("button", { name: "Yes" }).click();
    arrive(home);
    // The press that agrees comes before the agreement.
    await page.getByText("May we count").waitFor({ state: "detached" });
    const [first = "", second = ""] = Object.keys(things);
    await goTo(first, thing);
    const button = page.locator("article button");
    await button.waitFor();
    const label = (await button.textContent()) ?? "";
    expect(experiment.labels).toContain(label);
    add(done, `exposure ${experiment.experiment}=${label}`);
    await buy(label, first);
    await goTo(club, members);
    // Its focus is a press of its own.
    await page.getByLabel("The number on your card").fill("0042");
    await press("button", "Show it");
    add(done, `custom ${experiment.shown}`);
    await page.getByRole("status").waitFor();
    await page.locator("header a").first().click();
    add(done, `press on ${at}`);
    arrive(home);
    await goTo(second, thing);
    // The same on every page, and seen once.
    await buy(label, second);
    await page.goBack();
    arrive(home);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.close();
    await until("everything that was done", async () => {
      expect(stored(folder)).toEqual(done);
      return true;
    });
    expect(storedTitles(folder)).toMatchObject(titles);
    expect(complaints).toEqual([]);
  });

  test("remembers a refusal, and records nothing of it", async () => {
    const context = await browser.newContext();
    page = await context.newPage();
    sent = 0;
    page.on("request", (request) => {
      if (request.url().includes(system.intake)) sent++;
    });
    await page.goto(system.relay);
    await page.getByRole("button", { name: "No" }).click();
    await page.goto(`${system.relay}${members}`, { waitUntil: "networkidle" });
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await page.getByText("May we count").count()).toBe(0);
    await page.getByRole("link", { name: club }).click();
    await page.close();
    expect(sent).toBe(0);
    expect(stored(folder)).toEqual(done);
    await context.close();
  });
});
