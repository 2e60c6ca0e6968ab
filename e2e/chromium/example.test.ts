import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HeatmapAnswer, PagesAnswer, SitesAnswer } from "@isotherm/protocol";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchOptions } from "../kit/chromium.js";
import { type Running, root, start } from "../kit/process.js";
import { until } from "../kit/until.js";

const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
let browser: Browser;
let example: Running;

interface Addresses {
  readonly site: string;
  readonly dashboard: string;
  readonly key: string;
}

/** What `npm start` runs, on free ports. */
async function begin(): Promise<Addresses> {
  example = start(process.execPath, [`${root}scripts/start.mjs`, "--data", folder], root, {
    ISOTHERM_RELAY_PORT: "0",
    ISOTHERM_COLLECTOR_PORT: "0",
  });
  const [, site = ""] = await example.says(/Example site\s+(http\S+)/, 120_000);
  const [, dashboard = "", key = ""] = await example.says(/Dashboard\s+(http\S+\/)#key=(rd_\w+)/);
  return { site, dashboard, key };
}

async function siteId({ dashboard, key }: Pick<Addresses, "dashboard" | "key">): Promise<string> {
  const answer = await fetch(`${dashboard}v1/sites`, { headers: { authorization: `Bearer ${key}` } });
  const { sites } = (await answer.json()) as SitesAnswer;
  return sites[0]?.id ?? "";
}

async function heat({ dashboard, key }: Addresses): Promise<HeatmapAnswer> {
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(
    `${dashboard}v1/sites/${await siteId({ dashboard, key })}/heatmap?page=%2F&kind=click&period=day`,
    {
      headers,
    },
  );
  return (await answer.json()) as HeatmapAnswer;
}

beforeAll(async () => {
  browser = await chromium.launch(launchOptions(agent));
});

afterAll(async () => {
  await browser?.close();
  await example?.stop("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** How far to the right the widest card reaches. */
const widthOfCards = (): number =>
  Math.max(...Array.from(document.querySelectorAll("main section"), (card) => card.getBoundingClientRect().right));

/** On the first page of the example. */
let presses = 0;

describe("the example site that npm start runs", () => {
  test("a click is on the heatmap that is being looked at within 5 seconds", async () => {
    const addresses = await begin();
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
    const watched = await context.newPage();
    const complaints: string[] = [];
    watched.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    watched.on("pageerror", (error) => complaints.push(String(error)));
    await watched.goto(`${addresses.dashboard}?bucket=1280#key=${addresses.key}`);
    await watched.getByText("Waiting for the first event").waitFor();

    const visited = await context.newPage();
    await visited.goto(addresses.site, { waitUntil: "networkidle" });
    let fastest = Number.POSITIVE_INFINITY;
    // What else runs on the machine may hold one of them up, and not each.
    while (presses < 5 && fastest >= 5_000) {
      await visited.getByRole("group").first().click();
      const pressed = Date.now();
      presses++;
      await watched.getByText(new RegExp(`^${presses} clicks? on 1 page view`)).waitFor();
      fastest = Math.min(fastest, Date.now() - pressed);
    }
    expect(fastest).toBeLessThan(5_000);
    expect((await heat(addresses)).count).toBe(presses);
    // What was drawn in a wide window fits into the one that it is made narrow to.
    await watched.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => watched.evaluate(widthOfCards)).toBeLessThanOrEqual(390);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test("a chapter that is left within a moment keeps its own title", async () => {
    const url = new URL(await example.says(/Example site\s+(http\S+)/).then(([, site = ""]) => site));
    const [, dashboard = "", key = ""] = await example.says(/Dashboard\s+(http\S+\/)#key=(rd_\w+)/);
    const tab = await browser.newPage();
    await tab.goto(new URL("/docs", url).href, { waitUntil: "networkidle" });
    const title = await tab.title();
    await tab.getByRole("link", { name: "Berths" }).first().click();
    await tab.waitForURL("**/docs/berths");
    const next = await tab.title();
    expect(next).not.toBe(title);
    await tab.close();
    const headers = { authorization: `Bearer ${key}` };
    const titles = await until("both chapters", async () => {
      const answer = await fetch(`${dashboard}v1/sites/${await siteId({ dashboard, key })}/pages?period=day`, {
        headers,
      });
      const { pages } = (await answer.json()) as PagesAnswer;
      const found = Object.fromEntries(pages.map(({ page, title: known }) => [page, known]));
      return found["/docs"] && found["/docs/berths"] ? found : null;
    });
    expect(titles).toMatchObject({ "/docs": title, "/docs/berths": next });
  });

  test("Ctrl-C ends it with code 0, and the next start goes on with what is there", async () => {
    expect(await example.stop("SIGINT")).toBe(0);
    const addresses = await begin();
    await until("the heatmap of before", async () => ((await heat(addresses)).count === presses ? true : null));
    expect(await example.stop("SIGINT")).toBe(0);
  });
});
