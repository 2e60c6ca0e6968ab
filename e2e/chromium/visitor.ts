import type { Browser, BrowserContext, Page } from "playwright-core";
import { pageAt, type Target, type TestPage, viewport } from "../site/pages.js";
import { count, countClick, depth, type Expected, type ExpectedVisit } from "./expected.js";

/**
 * One tab of a scripted visitor, who writes down everything that they do. Times are the browser's, read without the SDK:
 * on a busy machine the script learns of them late.
 */
export interface Visitor {
  open(path: string): Promise<void>;
  /** Presses the target of this name, `dx, dy` pixels from its upper left corner. */
  click(name: string, dx: number, dy: number): Promise<void>;
  /** Presses the button that changes the address without loading a page. */
  softNavigate(to: string): Promise<void>;
  scrollTo(top: number): Promise<void>;
  track(name: string): Promise<void>;
  wait(ms: number): Promise<void>;
  /** Another tab of the same person, in the same visit. */
  newTab(): Promise<Visitor>;
  /** Closes this tab. */
  close(): Promise<void>;
}

/** A person's eye needs a moment wherever they scroll to; the SDK samples ten times a second. */
const glance = 150;

/** What the visitor `acts` out in this browser, in a visit of their own. */
export async function visit(
  browser: Browser,
  site: string,
  expected: Expected,
  acts: (visitor: Visitor) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport });
  const visited: ExpectedVisit = {
    entry: "",
    exit: "",
    pageViews: 0,
    clicks: 0,
    events: 0,
    first: 0,
    firstLatest: 0,
    last: 0,
  };
  expected.visits.push(visited);
  await acts(await newTab(context, site, visited, expected));
}

async function newTab(
  context: BrowserContext,
  site: string,
  visit: ExpectedVisit,
  expected: Expected,
): Promise<Visitor> {
  const tab = await context.newPage();
  let path = "/";
  let top = 0;

  const active = (at: number, latest = at): void => {
    visit.last = latest;
    if (visit.first === 0) Object.assign(visit, { first: at, firstLatest: latest });
  };

  const viewed = (next: string, at: number, latest = at): void => {
    path = next;
    active(at, latest);
    visit.pageViews++;
    visit.exit = next;
    visit.entry ||= next;
    count(expected.views, next);
    const page = pageOf(next);
    const depths = expected.depths.get(next) ?? [];
    depths.push(depth(page, top));
    expected.depths.set(next, depths);
  };

  const click = async (name: string, dx: number, dy: number): Promise<void> => {
    const target = targetOf(path, name);
    await tab.mouse.click(target.x + dx, target.y + dy - (target.fixed ? 0 : top));
    active(await tab.evaluate(() => (globalThis as unknown as { pressedAt: number }).pressedAt));
    visit.clicks++;
    countClick(expected, path, target, dx, dy);
  };

  return {
    open: async (next) => {
      await tab.goto(`${site}${next}`);
      await ready(tab);
      top = 0;
      const { from, to } = await tab.evaluate(scriptRun);
      viewed(next, from, to);
      // The script tag fetches its captures after it has started: what happens before they are there, no one sees.
      await tab.waitForLoadState("networkidle");
    },
    click,
    softNavigate: async (to) => {
      await click("next", 10, 10);
      await tab.waitForURL(`${site}${to}`);
      viewed(to, visit.last);
    },
    scrollTo: async (next) => {
      await tab.evaluate((y) => scrollTo({ top: y, behavior: "instant" }), next);
      await tab.waitForFunction((y) => scrollY === y, next);
      top = next;
      const depths = expected.depths.get(path) ?? [];
      const deepest = Math.max(depths.pop() ?? 0, depth(pageOf(path), top));
      expected.depths.set(path, [...depths, deepest]);
      await tab.waitForTimeout(glance);
    },
    track: async (name) => {
      const at = await tab.evaluate((event) => {
        (globalThis as unknown as { isotherm: { track(name: string): void } }).isotherm.track(event);
        return Date.now();
      }, name);
      active(at);
      visit.events++;
      count(expected.events, name);
    },
    wait: (ms) => tab.waitForTimeout(ms),
    newTab: () => newTab(context, site, visit, expected),
    // Closing the page lets it say its last word; closing the browser would not.
    close: () => tab.close({ runBeforeUnload: false }),
  };
}

/**
 * Between which moments the page ran the SDK's script, by the browser's own timing: a page view begins there. The page had
 * the script before, and an async script runs before `load`: https://html.spec.whatwg.org/multipage/parsing.html#the-end
 */
function scriptRun(): { from: number; to: number } {
  const resources = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  const [page] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const script = resources.find(({ initiatorType }) => initiatorType === "script");
  const { timeOrigin } = performance;
  return {
    from: timeOrigin + (script?.responseEnd ?? Number.NaN),
    to: timeOrigin + (page?.loadEventStart ?? Number.NaN),
  };
}

/** The script tag is async: a visitor acts once it has run, as a person does. */
async function ready(tab: Page): Promise<void> {
  await tab.waitForFunction(
    () => typeof (globalThis as { isotherm?: { track?: unknown } }).isotherm?.track === "function",
  );
}

function pageOf(path: string): TestPage {
  const page = pageAt(path);
  if (!page) throw new Error(`there is no page ${path}`);
  return page;
}

function targetOf(path: string, name: string): Target {
  const target = pageOf(path).targets.find(({ name: known }) => known === name);
  if (!target) throw new Error(`there is no ${name} on ${path}`);
  return target;
}
