import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  type BrowserContext,
  chromium,
  type Page,
  type Browser as PlaywrightBrowser,
  type Request,
} from "playwright-core";
import { launchOptions } from "../kit/chromium.js";
import { until } from "../kit/until.js";
import { viewport } from "../site/pages.js";
import type { Engine, EngineTab } from "./engine.js";

const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";

/** The page's own half: what the script tag left on `window`. */
type Tracked = {
  readonly isotherm: {
    track(name: string, props?: { text: string }): void;
    flush(): Promise<{ waiting: number }>;
  };
};

// Contexts without a profile share one browser: to start it takes longest.
let shared: Promise<PlaywrightBrowser> | undefined;

/** Chromium through playwright-core. */
export const chromiumEngine: Engine = {
  name: "Chromium",
  lacks: {},
  async open(profile) {
    const context = await (profile === undefined ? forgetful() : lasting(profile));
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
        for (const pid of processesOf(profile)) killed(pid);
        await gone;
        await until("every process of the profile to end", async () => (processesOf(profile).length ? null : true));
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
  shared ??= chromium.launch(launchOptions(agent));
  return (await shared).newContext({ viewport });
}

function lasting(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, { ...launchOptions(agent), viewport });
}

async function load(page: Page, url: string): Promise<void> {
  await page.goto(url);
  // The script tag fetches its captures after it has started: what happens before they are there, no one sees. Another SDK
  // has nothing to fetch, and may never be idle.
  const captures = await page.evaluate(
    () => document.querySelector<HTMLScriptElement>("script[data-use]")?.dataset.use,
  );
  if (captures) await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => typeof (globalThis as unknown as Tracked).isotherm?.track === "function");
}

function tabOf(context: BrowserContext, page: Page): EngineTab {
  const asked = new Set<Request>();
  page.on("request", (request) => asked.add(request));
  const over = (request: Request): void => {
    asked.delete(request);
  };
  page.on("requestfinished", over).on("requestfailed", over);

  return {
    track: (names, bytes) =>
      page.evaluate(
        ([all, size]) => {
          const { isotherm } = globalThis as unknown as Tracked;
          for (const name of all) isotherm.track(name, size ? { text: "x".repeat(size) } : undefined);
          return Date.now();
        },
        [names, bytes] as const,
      ),
    press: (x, y) => page.mouse.click(x, y),
    go: (url) => load(page, url),
    flush: () => page.evaluate(async () => (await (globalThis as unknown as Tracked).isotherm.flush()).waiting),
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

/** Ids of the browser's main process, known by its profile, and of all that descend from it. */
function processesOf(profile: string): number[] {
  const parents = new Map<number, number>();
  const found: number[] = [];
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const pid = Number(name);
      // What a process is called may hold blanks and brackets; its parent comes second after it.
      const [state, parent] = readFileSync(`/proc/${name}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      if (state === "Z") continue;
      parents.set(pid, Number(parent));
      if (readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0").includes(`--user-data-dir=${profile}`))
        found.push(pid);
    } catch {
      // It ended while we looked.
    }
  }
  const ours = new Set(found);
  for (let size = -1; size !== ours.size; ) {
    size = ours.size;
    for (const [pid, parent] of parents) if (ours.has(parent)) ours.add(pid);
  }
  return [...ours];
}

function killed(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It followed another into its end.
  }
}
