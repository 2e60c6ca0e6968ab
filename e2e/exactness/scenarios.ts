import { full } from "../kit/effort.js";
import { comesBack, comesBackLate, lasts, produceFor, type Scenario } from "./scenario.js";

const kilobyte = 1_000;

/** Abrupt ends first: what they leave open must lie for a while. */
export const scenarios: readonly Scenario[] = [
  {
    name: "renderer crash",
    needs: ["renderer crash", "lasting profile"],
    times: full ? 10 : 1,
    unhurried: true,
    async act({ open }, time) {
      const tab = await (await open()).tab();
      await tab.press();
      // Also across the moment at which the batch of the first five seconds is frozen.
      await produceFor(2_200 + 430 * time, tab);
      await tab.crash();
    },
    later: comesBackLate,
  },
  {
    name: "browser killed",
    needs: ["kill", "lasting profile"],
    times: full ? 10 : 1,
    unhurried: true,
    async act({ open }, time) {
      const browser = await open();
      const tab = await browser.tab();
      await tab.press();
      await produceFor(2_200 + 430 * time, tab);
      await browser.kill();
    },
    later: comesBackLate,
  },
  {
    name: "300 events of 1 KB + close",
    needs: ["lasting profile"],
    trusts: ["last write"],
    async act({ open }) {
      const browser = await open();
      const tab = await browser.tab();
      await tab.track(300, kilobyte);
      await tab.close();
      await browser.close();
    },
    later: comesBack,
  },
  {
    name: "offline + close + reopen",
    needs: ["lasting profile"],
    trusts: ["last write"],
    async act({ open, blocked }) {
      const browser = await open();
      const tab = await browser.tab();
      await browser.network(false);
      await tab.press();
      await produceFor(lasts(10_000, 2_000), tab);
      await blocked(tab);
      // Beside what was frozen by then, something open has to outlive the page.
      await tab.track(5);
      await tab.close();
      await browser.close();
    },
    later: comesBack,
  },
  {
    name: "500s + close",
    needs: ["lasting profile"],
    trusts: ["last write"],
    async act({ open, line, intakes, struck }) {
      const browser = await open();
      const tab = await browser.tab();
      line.fail(...intakes);
      await tab.press();
      await produceFor(lasts(10_000, 2_000), tab);
      await tab.close();
      await struck();
      await browser.close();
    },
    later: comesBack,
  },
  {
    name: "answer lost + close",
    needs: ["lasting profile"],
    trusts: ["last write"],
    async act(stage) {
      const { open, line, struck } = stage;
      const browser = await open();
      const tab = await browser.tab();
      line.loseAnswers();
      await tab.track(20);
      await tab.close();
      await struck();
      await browser.close();
    },
    async later(stage) {
      const before = await stage.resent();
      const tab = await (await stage.open()).tab("again");
      // The collector had it all along; the sender cannot know, and says it again, if it knows of it still.
      if (!stage.abrupt) await stage.sentAgain(before);
      await tab.close();
    },
  },
  {
    name: "normal",
    async act({ open, produced, arrived }) {
      const tab = await (await open()).tab();
      await tab.press();
      await produceFor(1_000, tab);
      await arrived(new Map(produced));
      await tab.close();
    },
  },
  {
    name: "normal + close",
    async act({ open }) {
      const tab = await (await open()).tab();
      await tab.press();
      await produceFor(1_000, tab);
      await tab.press();
      await tab.close();
    },
  },
  {
    name: "burst + close",
    async act({ open }) {
      const tab = await (await open()).tab();
      await tab.track(50);
      await tab.close();
    },
  },
  {
    name: "navigation after a burst",
    async act({ open }) {
      const tab = await (await open()).tab();
      await tab.track(50);
      await tab.go("next");
      await tab.track(200, 100);
      await tab.go("last");
      await tab.close();
    },
  },
  {
    name: "offline 30 s",
    async act({ open, blocked }) {
      const browser = await open();
      const tab = await browser.tab();
      await browser.network(false);
      await tab.press();
      await produceFor(lasts(30_000, 2_500), tab);
      await blocked(tab);
      await browser.network(true);
    },
  },
  {
    name: "two tabs offline",
    async act({ open, blocked }) {
      const browser = await open();
      const tabs = [await browser.tab(), await browser.tab("other")];
      await browser.network(false);
      await produceFor(lasts(30_000, 2_500), ...tabs);
      for (const tab of tabs) await blocked(tab);
      await browser.network(true);
    },
  },
  {
    name: "500s for 25 s",
    async act({ open, line, intakes, struck }) {
      const tab = await (await open()).tab();
      line.fail(...intakes);
      await tab.press();
      await produceFor(lasts(25_000, 3_000), tab);
      await struck();
      line.mend();
    },
  },
  {
    name: "hidden in a back-off + close",
    async act({ open, line, intakes, struck }) {
      const tab = await (await open()).tab();
      line.fail(...intakes);
      await produceFor(2_000, tab);
      await tab.hide();
      await produceFor(1_000, tab);
      await struck();
      // What is on its way when the page ends, no page can tell a second time.
      await tab.answered();
      line.mend();
      // No timer runs in a hidden page: what is told at the end is the last chance.
      await tab.close();
    },
  },
  {
    name: "line stalled",
    async act({ open, line, struck }) {
      const tab = await (await open()).tab();
      line.stall();
      await produceFor(lasts(10_000, 2_000), tab);
      await tab.close();
      await struck();
      line.mend();
    },
  },
  {
    name: "answer lost",
    async act(stage) {
      const { open, line, struck } = stage;
      const before = await stage.resent();
      const tab = await (await open()).tab();
      line.loseAnswers();
      await produceFor(lasts(10_000, 2_500), tab);
      await struck();
      line.mend();
      await stage.sentAgain(before);
    },
  },
];
