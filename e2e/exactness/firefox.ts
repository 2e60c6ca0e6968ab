import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { type BrowserContext, type HTTPRequest, launch, type Page, type Browser as Puppeteer } from "puppeteer-core";
import { firefoxOptions } from "../kit/firefox.js";
import { mounting } from "../kit/mount.js";
import { until } from "../kit/until.js";
import { viewport } from "../site/pages.js";
import type { Engine, EngineTab } from "./engine.js";
import { flush, heedRestore, ready, stores, track, wasRestored, wipe } from "./in-page.js";
import { family, kill } from "./processes.js";

const options = { ...firefoxOptions, defaultViewport: viewport };
const small = mounting();

// Contexts without a profile share one browser: to start it takes longest.
let shared: Promise<Puppeteer> | undefined;

/** Firefox through puppeteer-core, which speaks WebDriver BiDi to it. */
export const firefoxEngine: Engine = {
  name: "Firefox",
  lacks: {
    ...(small === undefined ? {} : { "small disk": small }),
  },
  remark:
    "In Firefox a tab leaves its page before it is closed: of tabs that its driver closes at once, it tells some pages nothing of their end, and what they write or send then is lost",
  version: async () => {
    const [version = ""] = /[\d.]+/.exec(`${execFileSync(options.executablePath, ["--version"])}`) ?? [];
    return version;
  },
  async open(profile, blocked = false) {
    const context = await (profile === undefined ? forgetful() : lasting(profile, blocked));
    const browser = context.browser();
    const own = (): ReturnType<typeof family> => family(({ pid }) => pid === browser.process()?.pid);
    const pages = new Set<Page>();
    return {
      tab: async (url) => {
        const page = await context.newPage();
        pages.add(page);
        await load(page, url);
        return tabOf(context, page, async () => {
          // The processes of its tabs, by the last word of their command; an empty one may be among them.
          await kill(own().filter(({ args }) => args.filter(Boolean).at(-1) === "tab"));
        });
      },
      network: async (there) => {
        for (const page of pages) if (!page.isClosed()) await page.setOfflineMode(!there);
      },
      close: async () => {
        for (const page of pages) {
          if (page.isClosed()) continue;
          await leave(page);
          await page.close();
        }
        await (profile === undefined ? context.close() : browser.close());
      },
      kill: async () => {
        if (profile === undefined) throw new Error("only a browser with a profile of its own can be killed");
        await kill(own());
      },
    };
  },
  async close() {
    await (await shared)?.close();
    shared = undefined;
  },
};

async function forgetful(): Promise<BrowserContext> {
  shared ??= launch(options);
  return (await shared).createBrowserContext();
}

async function lasting(profile: string, blocked: boolean): Promise<BrowserContext> {
  mkdirSync(profile, { recursive: true });
  // The setting "block all cookies", which takes every other storage along.
  const settings = blocked ? { "network.cookie.cookieBehavior": 2 } : {};
  const browser = await launch({ ...options, userDataDir: profile, extraPrefsFirefox: settings });
  return browser.defaultBrowserContext();
}

async function load(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.evaluate(ready);
  await page.evaluate(heedRestore);
}

/** Leaves the page for an empty one: of tabs that are closed at once four in ten fire no `pagehide`, and some no `visibilitychange` either. */
async function leave(page: Page): Promise<void> {
  // Puppeteer's `goto` never ends on a page that came back from the back/forward cache.
  await page.evaluate(() => setTimeout(() => location.assign("about:blank")));
  await until("the page to be left", () => page.evaluate(() => location.href === "about:blank" || null));
}

function tabOf(context: BrowserContext, page: Page, crash: () => Promise<void>): EngineTab {
  const asked = new Set<HTTPRequest>();
  page.on("request", (request) => asked.add(request));
  const over = (request: HTTPRequest): void => {
    asked.delete(request);
  };
  page.on("requestfinished", over).on("requestfailed", over);

  return {
    track: (names, bytes) => page.evaluate(track, { names, bytes }),
    press: (x, y) => page.mouse.click(x, y),
    go: (url) => load(page, url),
    back: async () => {
      await page.evaluate(() => history.back());
      if (!(await until("the page to come back", () => page.evaluate(wasRestored))))
        throw new Error("it was loaded, instead of coming back from the back/forward cache");
    },
    flush: () => page.evaluate(flush),
    hide: async () => {
      // Another tab comes in front of it.
      await context.newPage();
      await until("the page to be hidden", async () => ((await page.evaluate(() => document.hidden)) ? true : null));
    },
    answered: async () => {
      await until("every request to be answered", async () => (asked.size === 0 ? true : null));
      // The page's own task comes after the one that told us.
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    },
    stores: () => page.evaluate(stores),
    wipe: () => page.evaluate(wipe),
    crash,
    close: async () => {
      await leave(page);
      await page.close();
    },
  };
}
