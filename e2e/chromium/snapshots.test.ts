import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HeatmapAnswer, SnapshotAnswer, SnapshotEntry, SnapshotsAnswer } from "@isotherm/protocol";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchOptions } from "../kit/chromium.js";
import { type Listening, listening } from "../kit/listening.js";
import { scriptTag } from "../kit/script-tag.js";
import { type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";

const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
const desktop = { width: 1_300, height: 800 };
const phone = { width: 400, height: 800 };
let browser: Browser;
let site: Listening;
let system: System;
let tag = "";

/** Everything that must not leave the page has this in it. */
const secret = "hunter2";

const body = `
  <h1>Order</h1><p id="typed-here">Results for typed-${secret}</p>
  <form action="/send?token=${secret}"><input id="name" value="filled-${secret}"><input type="password" id="word">
    <input type="hidden" name="csrf" value="token-${secret}"><textarea id="note">old-${secret}</textarea>
    <input type="checkbox" value="choice-${secret}" checked><input type="submit" value="Buy now"></form>
  <div contenteditable id="letter">written-${secret}</div>
  <p data-iso-mask title="masked-${secret}">masked-${secret}<b>masked-${secret}</b></p>
  <aside data-iso-ignore id="${secret}">ignored-${secret}</aside>
  <button id="buy" onclick="window.ran = '${secret}'">Add to cart</button>
  <a href="/next?token=${secret}&utm_source=mail">Next</a><a href="javascript:void '${secret}'">Run</a>
  <iframe srcdoc="<p>framed-${secret}</p>"></iframe><img src="/photo.svg?signature=${secret}" alt="A photo">
  <x-card></x-card><p style="height:1500px">Far below</p>
  <script>
    const card = document.querySelector("x-card").attachShadow({ mode: "open" });
    card.innerHTML = "<p>In the shade</p><input value='shaded-${secret}'>";
    document.querySelector("#word").value = "typed-${secret}";
    document.querySelector("#note").value = "typed-${secret}";
  </script>`;

const document_ = (consent: boolean): string => `<!doctype html><html lang="en"><head><title>Order</title>
  <meta name="csrf-token" content="${secret}"><link rel="stylesheet" href="/style.css">
  <style>#buy { color: rgb(1, 2, 3) }</style>${consent ? tag.replace("<script ", '<script data-consent="required" ') : tag}
  </head><body>${body}</body></html>`;

beforeAll(async () => {
  site = await listening(
    createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://site");
      const types: { readonly [ending: string]: string } = { css: "text/css", svg: "image/svg+xml" };
      response.setHeader("content-type", types[pathname.split(".")[1] ?? ""] ?? "text/html; charset=utf-8");
      if (pathname === "/style.css") {
        // For one of the visitors after the page's first batch has gone.
        const late = request.headers.referer?.includes("x=1") ? 1_500 : 0;
        setTimeout(() => response.end("h1 { color: rgb(4, 5, 6); margin: 30px }"), late);
      } else if (pathname === "/photo.svg")
        response.end(
          '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80"><rect width="120" height="80"/></svg>',
        );
      else response.end(document_(pathname.startsWith("/consent")));
    }),
  );
  system = await startSystem(folder, { behind: site.url });
  tag = (await scriptTag(system, 300)).replace(/data-use="([^"]*)"/, 'data-use="$1 snapshots"');
  expect(tag).toContain("snapshots");
  // Visits of a browser that says to be automated are in no heatmap.
  const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
  browser = await chromium.launch(launchOptions(agent));
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Visit {
  readonly page: Page;
  /** Statuses of the intake's answers. */
  readonly answers: number[];
  /** Paths of uploads. */
  readonly uploads: string[];
  close(): Promise<void>;
}

async function visit(path: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: desktop, ...options });
  const page = await context.newPage();
  const answers: number[] = [];
  const uploads: string[] = [];
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (pathname === system.intake) answers.push(response.status());
    else if (pathname.startsWith(`${system.intake}/`)) uploads.push(pathname);
  });
  await page.goto(system.relay + path);
  return { page, answers, uploads, close: () => context.close() };
}

/** What keeps a page sending. */
const stir = async ({ page }: Visit): Promise<void> => {
  await page.mouse.move(Math.random() * 300, Math.random() * 300);
};

const stored = async (page: string): Promise<readonly SnapshotEntry[]> =>
  (await system.ask<SnapshotsAnswer>(`/sites/${system.site}/snapshots?page=${page}`)).snapshots;

/** Moves in these visits until as many snapshots of the page are stored. */
const untilStored = (page: string, count: number, visits: readonly Visit[]): Promise<readonly SnapshotEntry[]> =>
  until(`${count} snapshots of ${page}`, async () => {
    for (const one of visits) await stir(one);
    const found = await stored(page);
    return found.length >= count ? found : null;
  });

describe("page snapshots, from Chromium through relay and collector,", () => {
  test("come once for each width, of whichever tab, without what was written, chosen, masked, ignored or can run", async () => {
    const visits = [
      ...(await Promise.all([visit("/order/?x=1"), visit("/order"), visit("/order/index.html")])),
      await visit("/order", { viewport: phone }),
    ];
    for (const { page } of visits) await page.fill("#name", `typed-${secret}`);
    const first = await untilStored("/order", 2, visits);
    expect(first.map(({ bucket, vw }) => [bucket, vw]).sort()).toEqual([
      [0, phone.width],
      [1280, desktop.width],
    ]);
    // Tabs that were asked at the same time take the place of each other's; then nobody is any more, and 204 is the answer.
    for (const { answers } of visits) answers.length = 0;
    await until("answers with nothing to say", async () => {
      for (const one of visits) await stir(one);
      return (
        visits.every(({ answers }) => answers.length > 3 && answers.slice(-3).every((status) => status === 204)) || null
      );
    });
    const found = await stored("/order");
    expect(found.map(({ bucket, vw }) => [bucket, vw])).toEqual(first.map(({ bucket, vw }) => [bucket, vw]));
    const uploads = visits.flatMap(({ uploads: own }) => own);
    expect(uploads.length).toBeLessThanOrEqual(6);
    for (const path of uploads) expect(path).toMatch(/\/[0-9a-f-]{36}$/);

    for (const { ref } of found) {
      const answer = await system.ask<SnapshotAnswer>(`/sites/${system.site}/snapshots/${ref}`);
      const text = JSON.stringify(answer.tree);
      expect(text).not.toContain(secret);
      expect(text).not.toMatch(/"script"|"noscript"|onclick|javascript:|srcdoc|csrf-token|data:image/);
      for (const seen of [
        "Add to cart",
        "Buy now",
        "In the shade",
        "Far below",
        "A photo",
        "rgb(1, 2, 3)",
        "rgb(4, 5, 6)",
      ])
        expect(text).toContain(seen);
      expect(text).toContain("/next?utm_source=mail");
      expect(text).toContain(`${system.relay}/photo.svg`);
      expect(answer.snapshot.dh).toBeGreaterThan(1_500);
    }
    for (const one of visits) await one.close();
  });

  test("are not brought under Global Privacy Control, nor before consent", async () => {
    const objecting = await visit("/private", { extraHTTPHeaders: { "sec-gpc": "1" } });
    const unasked = await visit("/consent");
    // Whoever comes after them, on the same pages, brings theirs at once: they were wanted all the time.
    const open = await visit("/private");
    const found = await untilStored("/private", 1, [objecting, unasked, open]);
    expect(found).toHaveLength(1);
    expect(objecting.uploads).toEqual([]);
    expect(objecting.answers.length).toBeGreaterThan(0);
    expect(unasked.uploads).toEqual([]);
    expect(unasked.answers).toEqual([]);
    expect(await stored("/consent")).toEqual([]);
    await unasked.page.evaluate(() =>
      (window as unknown as { isotherm: { consent(to: string): void } }).isotherm.consent("granted"),
    );
    expect(await untilStored("/consent", 1, [unasked])).toHaveLength(1);
    for (const one of [objecting, unasked, open]) await one.close();
  });

  test("lie behind the heat in the dashboard, under a strict policy, with what was clicked on its element", async () => {
    const visits = [await visit("/order"), await visit("/order")];
    for (const { page } of visits) await page.click("#buy");
    await until("both clicks", async () => {
      const { count } = await system.ask<HeatmapAnswer>(
        `/sites/${system.site}/heatmap?page=/order&bucket=1280&period=day`,
      );
      return count === 2 || null;
    });
    for (const one of visits) await one.close();

    const context = await browser.newContext({ viewport: { width: 1_280, height: 1_000 } });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    await page.goto(`${system.collector}/?page=/order&bucket=1280&period=day#key=${system.readKey}`);
    await page.getByText("100% by element").waitFor();
    expect(await page.textContent(".heat-behind")).toMatch(/Page as a visitor’s browser saw it on .* 1,300 × /);
    const frame = page.frameLocator(".stage-frame");
    expect(await frame.locator("#buy").textContent()).toBe("Add to cart");
    const style = (selector: string, name: "color" | "width"): Promise<string> =>
      frame.locator(selector).evaluate((element, property) => getComputedStyle(element)[property], name);
    // The page's own styles, inline and linked, and the room of what is not shown.
    expect(await style("#buy", "color")).toBe("rgb(1, 2, 3)");
    expect(await style("h1", "color")).toBe("rgb(4, 5, 6)");
    expect(await style("img", "width")).toBe("120px");
    const canvas = await page.locator(".stage-canvas").boundingBox();
    const button = await frame.locator("#buy").boundingBox();
    if (!canvas || !button) throw new Error("the heat or the page behind it does not show");
    await page.mouse.move(button.x + button.width / 2, button.y + button.height / 2);
    expect(await page.textContent(".tip")).toContain("2 clicks");
    expect(await page.locator(".stage-frame").getAttribute("sandbox")).toBe("allow-same-origin");
    expect(faults.filter((fault) => !fault.includes("photo.svg"))).toEqual([]);
    await context.close();
  });
});
