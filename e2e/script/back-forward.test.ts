import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../kit/until.js";
import { html } from "./pages.js";
import { type ScriptStage, scriptStage } from "./stage.js";

type Recording = { readonly isotherm: { flush(): Promise<unknown>; track(name: string): void } };

// The driver does not support pages that come back (https://github.com/microsoft/playwright/pull/41872), and what it asks
// of one may never be answered. So such a page says itself how it came, and nothing is asked of it.
const heed = `<script>addEventListener("pageshow", (event) => fetch(event.persisted ? "/restored" : "/loaded"))</script>`;

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
    expect(await back(page)).toBe("restored");
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
    for (let play = 0; play < 8; play++) {
      const page = await context.newPage();
      await page.goto(`${system.relay}/busy`);
      await page.waitForFunction(async () => (await indexedDB.databases()).length === 1);
      await ended(
        "flushing",
        page.evaluate(() => (globalThis as unknown as Recording).isotherm.flush()),
      );
      await page.goto(`${system.relay}/beside`);
      expect(await page.evaluate(useStorage, { name: `isotherm ${system.publicKey}`, ms: 30_000 })).toBe("used");
      expect(await back(page)).toBe("restored");
      await page.close();
    }
    await context.close();
  });

  // As a rule Chromium (156) lets no other page open a database that a page in the cache is making, and does not throw that
  // page out. What other pages have to do is the same beside a page that is there and never ends making it.
  test.each(["in the cache", "in another tab"])(
    "is no trap: beside a page that is making its storage %s, others say what they know",
    async (where) => {
      const { pages, system, browser, tag, countOf } = stage;
      pages.serve("/first", {
        html: html(`<script>
          const make = IDBDatabase.prototype.createObjectStore;
          IDBDatabase.prototype.createObjectStore = function (name) {
            const store = make.call(this, name);
            const goOn = () => { store.get("none").onsuccess = goOn };
            goOn();
            window.making = true;
            return store;
          };
        </script>${tag}`),
      });
      pages.serve("/second", { html: html(tag) });
      const event = `beside a page ${where}`;
      const context = await browser.newContext();
      const first = await context.newPage();
      await first.goto(`${system.relay}/first`);
      await first.waitForFunction(() => "making" in globalThis);
      const second = where === "in the cache" ? first : await context.newPage();
      await second.goto(`${system.relay}/second`);
      if (second !== first) {
        const outbox = { name: `isotherm ${system.publicKey}`, ms: 2_000 };
        expect(await second.evaluate(useStorage, outbox)).toBe("refused");
      }
      await second.evaluate((name) => (globalThis as unknown as Recording).isotherm.track(name), event);
      await second.goto("about:blank");
      await until("what the second page tracked", async () => (await countOf("event", event)) || null);
      await context.close();
    },
  );
});

/** Goes back, and tells how the page came: "restored" from the cache, or "loaded". */
async function back(page: Page): Promise<"restored" | "loaded"> {
  const { pages } = stage;
  const restored = pages.asked("/restored");
  const loaded = pages.asked("/loaded");
  await page.evaluate(() => void setTimeout(() => history.back()));
  return until("the page to come back", async () =>
    pages.asked("/restored") > restored ? "restored" : pages.asked("/loaded") > loaded ? "loaded" : null,
  );
}

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

/** Writes to the outbox, as another page of the site does; "refused" where it may not open it for `ms` milliseconds. */
function useStorage({ name, ms }: { readonly name: string; readonly ms: number }): Promise<string> {
  return new Promise((resolve, reject) => {
    const opened = indexedDB.open(name);
    const timer = setTimeout(() => resolve("refused"), ms);
    opened.onerror = () => reject(new Error(`${opened.error}`));
    // Made here, it would lack its store, and the transaction throw where nobody hears it.
    opened.onupgradeneeded = () => reject(new Error(`there is no outbox called ${name}`));
    opened.onsuccess = () => {
      clearTimeout(timer);
      const transaction = opened.result.transaction("outbox", "readwrite");
      transaction.objectStore("outbox").get("none");
      transaction.oncomplete = () => resolve("used");
      transaction.onabort = () => reject(new Error(`${transaction.error}`));
    };
  });
}
