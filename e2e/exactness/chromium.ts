import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type BrowserContext,
  chromium,
  type Page,
  type Browser as PlaywrightBrowser,
  type Request,
} from "playwright-core";
import { launchOptions } from "../kit/chromium.js";
import { mounting } from "../kit/mount.js";
import { until } from "../kit/until.js";
import { viewport } from "../site/pages.js";
import type { Engine, EngineTab } from "./engine.js";
import { flush, heedRestore, ready, stores, track, wasRestored, wipe } from "./in-page.js";
import { family, kill } from "./processes.js";

const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
const options = {
  ...launchOptions(agent),
  // Playwright turns it off, and whoever uses a browser has it on.
  ignoreDefaultArgs: ["--disable-back-forward-cache"],
};
const small = mounting();

// Contexts without a profile share one browser: to start it takes longest.
let shared: Promise<PlaywrightBrowser> | undefined;

/** Chromium through playwright-core. */
export const chromiumEngine: Engine = {
  name: "Chromium",
  lacks: small === undefined ? {} : { "small disk": small },
  version: async () => {
    const [version = ""] = /[\d.]+/.exec(`${execFileSync(options.executablePath ?? "", ["--version"])}`) ?? [];
    return version;
  },
  async open(profile, blocked = false) {
    const context = await (profile === undefined ? forgetful() : lasting(profile, blocked));
    return {
      tab: async (url) => {
        const page = await context.newPage();
        await load(page, url);
        return tabOf(context, page);
      },
      network: (there) => context.setOffline(!there),
      close: async () => {
        // Closing the browser alone would lose what its pages say while they end.
        for (const page of context.pages()) await page.close({ runBeforeUnload: false });
        await context.close();
      },
      kill: async () => {
        if (profile === undefined) throw new Error("only a browser with a profile of its own can be killed");
        const gone = new Promise<void>((resolve) => context.once("close", () => resolve()));
        await kill(family(({ args }) => args.includes(`--user-data-dir=${profile}`)));
        await gone;
        for (const name of ["SingletonLock", "SingletonSocket", "SingletonCookie"])
          rmSync(join(profile, name), { force: true });
      },
    };
  },
  async close() {
    await (await shared)?.close();
    shared = undefined;
  },
};

async function forgetful(): Promise<BrowserContext> {
  shared ??= chromium.launch(options);
  return (await shared).newContext({ viewport });
}

function lasting(profile: string, blocked: boolean): Promise<BrowserContext> {
  if (blocked) {
    // The setting "block all cookies", which takes every other storage along.
    const settings = { profile: { default_content_setting_values: { cookies: 2 } } };
    mkdirSync(join(profile, "Default"), { recursive: true });
    writeFileSync(join(profile, "Default/Preferences"), JSON.stringify(settings));
  }
  return chromium.launchPersistentContext(profile, { ...options, viewport });
}

async function load(page: Page, url: string): Promise<void> {
  await page.goto(url);
  // Another SDK has nothing to fetch, and may never be idle.
  if (!(await page.evaluate(ready))) await page.waitForFunction(() => "isotherm" in globalThis);
  await page.evaluate(heedRestore);
}

function tabOf(context: BrowserContext, page: Page): EngineTab {
  const asked = new Set<Request>();
  page.on("request", (request) => asked.add(request));
  const over = (request: Request): void => {
    asked.delete(request);
  };
  page.on("requestfinished", over).on("requestfailed", over);

  return {
    track: (names, bytes) => page.evaluate(track, { names, bytes }),
    press: (x, y) => page.mouse.click(x, y),
    go: (url) => load(page, url),
    back: async () => {
      // What the page itself is told about this is "masked" wherever the reason lies in the browser.
      const session = await context.newCDPSession(page);
      const reasons: string[] = [];
      session.on("Page.backForwardCacheNotUsed", ({ notRestoredExplanations }) => {
        for (const { reason, type, details = [] } of notRestoredExplanations)
          reasons.push([reason, type, ...details.map(({ url }) => url)].join(" "));
      });
      await session.send("Page.enable");
      // A page that comes back is not loaded.
      await page.goBack({ waitUntil: "commit" });
      // The driver does not support pages that come back (https://github.com/microsoft/playwright/pull/41872): what it asks
      // while one takes the other's place may never be answered, and is asked again.
      const restored = await until("the page to come back", () =>
        Promise.race([page.evaluate(wasRestored), new Promise<null>((resolve) => setTimeout(resolve, 2_000, null))]),
      );
      if (!restored) throw new Error(`it was loaded: ${reasons.join(", ") || "the reason was not told"}`);
      await session.detach();
    },
    flush: () => page.evaluate(flush),
    // Playwright pins pages to visible, also behind another tab: https://github.com/microsoft/playwright/issues/2286
    hide: () =>
      page.evaluate(() => {
        Object.defineProperty(document, "hidden", { configurable: true, value: true });
        document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
      }),
    answered: async () => {
      await until("every request to be answered", async () => (asked.size === 0 ? true : null));
      // The page's own task comes after the one that told us.
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    },
    stores: () => page.evaluate(stores),
    wipe: () => page.evaluate(wipe),
    crash: async () => {
      const session = await context.newCDPSession(page);
      const crashed = page.waitForEvent("crash");
      // A crashed page never answers.
      session.send("Page.crash").catch(() => undefined);
      await crashed;
    },
    close: () => page.close({ runBeforeUnload: false }),
  };
}
