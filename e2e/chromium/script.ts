import { type Browser, chromium } from "playwright-core";
import { launchOptions } from "../kit/chromium.js";
import type { Expected } from "./expected.js";
import { type Visitor, visit } from "./visitor.js";

const agent = (version: number): string =>
  `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;

/**
 * What the visitors do: each is another person, told apart by their agent, and each leaves their browser open for
 * `browsers` to be closed later. A last request outlives its page, but not the browser.
 */
export async function visitAll(site: string, expected: Expected, browsers: Browser[]): Promise<void> {
  const people = [bounces, reads, navigatesSoftly, usesTwoTabs, leavesInAHurry];
  for (const [i, acts] of people.entries()) {
    const browser = await chromium.launch(launchOptions(agent(140 + i)));
    browsers.push(browser);
    await visit(browser, site, expected, acts);
  }
}

/** Looks at one page, presses something, and is gone: still a bounce. */
async function bounces(visitor: Visitor): Promise<void> {
  await visitor.open("/");
  await visitor.click("buy", 5, 5);
  await visitor.close();
}

/** Scrolls a long page to its end, comes back up, presses elements on it, and goes on to another page. */
async function reads(visitor: Visitor): Promise<void> {
  await visitor.open("/");
  await visitor.scrollTo(1080);
  await visitor.scrollTo(2880);
  await visitor.click("deep", 128, 32);
  await visitor.click("menu", 64, 32);
  await visitor.scrollTo(0);
  await visitor.click("hero", 500, 250);
  await visitor.wait(1_200);
  await visitor.click("hero", 500, 250);
  await visitor.open("/pricing");
  await visitor.click("plan", 0, 0);
  await visitor.track("signup");
  await visitor.close();
}

/** Moves on without loading a page. */
async function navigatesSoftly(visitor: Visitor): Promise<void> {
  await visitor.open("/app");
  await visitor.wait(300);
  await visitor.softNavigate("/app/step-2");
  await visitor.click("next", 200, 100);
  await visitor.close();
}

/** Reads two pages side by side: one visit, two tabs. */
async function usesTwoTabs(first: Visitor): Promise<void> {
  await first.open("/");
  const second = await first.newTab();
  await second.open("/pricing");
  await second.track("compare");
  await first.click("buy", 300, 100);
  await second.click("plan", 255, 127);
  await first.close();
  await second.close();
}

/** Does much in a moment and closes the page at once: all of it leaves while the page ends. */
async function leavesInAHurry(visitor: Visitor): Promise<void> {
  await visitor.open("/pricing");
  for (let i = 0; i < 30; i++) await visitor.track(`step ${i % 3}`);
  await visitor.click("plan", 64, 64);
  await visitor.close();
}
