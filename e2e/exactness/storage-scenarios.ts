import { expect } from "vitest";
import { until } from "../kit/until.js";
import { comesBack, lasts, produceFor, type Scenario } from "./scenario.js";
import { scenarios } from "./scenarios.js";
import type { SystemStage } from "./stage.js";

/** What becomes of events where the device keeps nothing, or not for long, and where pages come back. */
export const storageScenarios: readonly Scenario<SystemStage>[] = [
  {
    // As Safari does after a week without a visit; what was stored for the server's sake is in the page's memory still.
    name: "storage lost in 500s + close",
    needs: ["lasting profile"],
    trusts: ["last write"],
    async act({ open, line, intakes, struck }) {
      const browser = await open();
      const tab = await browser.tab();
      line.fail(...intakes);
      await tab.press();
      await produceFor(2_000, tab);
      await struck();
      await tab.wipe();
      await produceFor(1_500, tab);
      await tab.close();
      await browser.close();
    },
    later: comesBack,
  },
  {
    name: "storage lost in 500s",
    async act({ open, line, intakes, struck }) {
      const tab = await (await open()).tab();
      line.fail(...intakes);
      await tab.press();
      await produceFor(2_000, tab);
      await struck();
      await tab.wipe();
      await produceFor(lasts(10_000, 1_500), tab);
      line.mend();
    },
  },
  {
    name: "storage lost between visits",
    async act({ open }) {
      const browser = await open();
      const tab = await browser.tab();
      await produceFor(1_000, tab);
      expect(await tab.flush()).toBe(0);
      await tab.wipe();
      await tab.close();
      const next = await browser.tab("again");
      await produceFor(1_000, next);
      await next.close();
    },
  },
  {
    name: "storage blocked",
    needs: ["lasting profile", "blocked storage"],
    async act({ open, line, intakes, struck }) {
      const tab = await (await open()).tab();
      expect(await tab.stores()).toBe(false);
      line.fail(...intakes);
      await tab.press();
      await produceFor(lasts(10_000, 2_500), tab);
      await struck();
      line.mend();
      await tab.go("next");
      await tab.track(20);
      await tab.close();
    },
  },
  {
    name: "disk full",
    needs: ["lasting profile", "small disk"],
    async act({ open, line, intakes, struck, fillDisk }) {
      const browser = await open();
      const tab = await browser.tab();
      await produceFor(1_000, tab);
      expect(await tab.stores()).toBe(true);
      fillDisk();
      expect(await tab.stores()).toBe(false);
      line.fail(...intakes);
      await tab.press();
      // Also where nothing could be stored from the beginning.
      const other = await browser.tab("other");
      await produceFor(lasts(10_000, 2_500), tab, other);
      await struck();
      line.mend();
      await until("the tab in front to have sent everything", async () => (await other.flush()) === 0 || null);
      // Firefox hides the tab behind it. What that has is in its memory alone, and it runs no timer: it sends when it is seen.
      await other.close();
    },
  },
  {
    name: "back/forward cache",
    // No request may be on its way when the page is left: Firefox loads such a page anew instead of keeping it
    // (https://searchfox.org/mozilla-central/source/dom/base/Document.cpp, `Document::CanSavePresentation`).
    unhurried: true,
    async act({ open }) {
      const tab = await (await open()).tab();
      await tab.track(20);
      await tab.press();
      await tab.go("next");
      await tab.track(20);
      await tab.back();
      await tab.track(20);
      await tab.press();
      await tab.close();
    },
  },
  {
    name: "500s over the back/forward cache",
    trusts: ["last write"],
    async act({ open, line, intakes, struck }) {
      const tab = await (await open()).tab();
      // It waits between attempts for as long as the page takes to be left, as above.
      line.failAsking(5, ...intakes);
      await produceFor(1_500, tab);
      await struck();
      await tab.answered();
      await tab.go("next");
      await produceFor(1_000, tab);
      await tab.back();
      await produceFor(1_000, tab);
      line.mend();
      await tab.press();
    },
  },
  // Without `offline()`: what outlives no page, and needs nothing that does.
  ...scenarios
    .filter(({ name }) => ["navigation after a burst", "offline 30 s", "500s for 25 s"].includes(name))
    .map((scenario) => ({ ...scenario, name: `in memory: ${scenario.name}`, inMemory: true })),
];
