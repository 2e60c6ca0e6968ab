import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../kit/until.js";
import { html } from "./pages.js";
import { type ScriptStage, scriptStage } from "./stage.js";

type Restored = { readonly back?: boolean; readonly isotherm: { flush(): Promise<unknown> } };

const heed = `<script>addEventListener("pageshow", (event) => { window.back = event.persisted })</script>`;

let stage: ScriptStage;

beforeAll(async () => {
  stage = await scriptStage();
});

afterAll(() => stage?.end());

describe("the back/forward cache", () => {
  test("takes in a page that is sending when it is left", async () => {
    const { pages, system, browser, tag } = stage;
    pages.hold("/slow");
    pages.serve("/sending", {
      html: html(`${heed}
        ${tag.replace(/data-to="[^"]*"/, 'data-to="/slow"').replace('data-every="300"', 'data-every="2000"')}`),
    });
    pages.serve("/elsewhere", { html: html("") });
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${system.relay}/sending`);
    // The lock that keeps the tabs apart is held as long as the answer is awaited.
    await until("the page to send", async () => pages.asked("/slow") || null);
    const held = await page.evaluate(async () => (await navigator.locks.query()).held?.length);
    expect(held).toBe(1);
    await page.goto(`${system.relay}/elsewhere`);
    // A page that comes back is not loaded.
    await page.goBack({ waitUntil: "commit" });
    expect(await page.evaluate(() => (globalThis as unknown as Restored).back)).toBe(true);
    await page.close();
    await context.close();
  });

  test("takes in a page whose storage is busy when it is left", async () => {
    const { pages, system, browser, tag } = stage;
    // Chromium throws a page out whose transaction is in another page's way: none may wait for its page.
    pages.serve("/busy", {
      html: html(`${heed}${tag}
        <script>
          // One flush after the other: begun faster than they end, they would queue up for as long as the page is there.
          const keepBusy = () => Promise.resolve(window.isotherm?.flush?.()).finally(() => setTimeout(keepBusy));
          keepBusy();
        </script>`),
    });
    pages.serve("/beside", { html: html("") });
    const context = await browser.newContext();
    // A lock that is given to a page while it is in the cache ends it too, and no page can take its request back.
    await context.addInitScript(() => Object.defineProperty(Navigator.prototype, "locks", { value: undefined }));
    const page = await context.newPage();
    for (let play = 0; play < 8; play++) {
      await page.goto(`${system.relay}/busy`);
      await page.waitForFunction(async () => (await indexedDB.databases()).length === 1);
      await ended(
        "flushing",
        page.evaluate(() => (globalThis as unknown as Restored).isotherm.flush()),
      );
      await page.goto(`${system.relay}/beside`);
      await ended("storing beside the page in the cache", page.evaluate(useStorage));
      await page.goBack({ waitUntil: "commit" });
      const back = page.evaluate(() => (globalThis as unknown as Restored).back);
      expect(await ended("asking the page that came back", back)).toBe(true);
    }
    await context.close();
  });
});

/** Rejects, saying what did not end, after a minute: the driver's `evaluate` waits for ever. */
async function ended<Result>(what: string, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not end within a minute`)), 60_000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Writes to the outbox, as another page of the site does. */
async function useStorage(): Promise<void> {
  const [found] = await indexedDB.databases();
  await new Promise((resolve, reject) => {
    const opened = indexedDB.open(found?.name ?? "");
    opened.onerror = reject;
    opened.onsuccess = () => {
      const transaction = opened.result.transaction("outbox", "readwrite");
      transaction.objectStore("outbox").get("none");
      transaction.oncomplete = resolve;
      transaction.onabort = reject;
    };
  });
}
