import { expect } from "vitest";
import { full } from "../kit/effort.js";
import { load } from "../kit/load.js";
import { until } from "../kit/until.js";
import {
  comesBack,
  comesBackLate,
  duplicates,
  hasStruck,
  lasts,
  ledgerOf,
  produceFor,
  type Scenario,
} from "./scenario.js";
import { add, batchNamed } from "./tally.js";

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
    async act({ open, lines }) {
      const browser = await open();
      const tab = await browser.tab();
      await browser.network(false);
      await tab.press();
      await produceFor(lasts(10_000, 2_000), tab);
      await tab.close();
      await hasStruck(lines.relay);
      await browser.close();
    },
    later: comesBack,
  },
  {
    name: "500s + close",
    needs: ["lasting profile"],
    async act({ open, lines, system }) {
      const browser = await open();
      const tab = await browser.tab();
      lines.relay.fail(system.intake);
      await tab.press();
      await produceFor(lasts(10_000, 2_000), tab);
      await tab.close();
      await hasStruck(lines.relay);
      await browser.close();
    },
    later: comesBack,
  },
  {
    name: "answer lost + close",
    needs: ["lasting profile"],
    async act(stage) {
      const { open, lines } = stage;
      const browser = await open();
      const tab = await browser.tab();
      lines.relay.loseAnswers();
      await tab.track(20);
      await tab.close();
      await hasStruck(lines.relay);
      await browser.close();
    },
    async later(stage) {
      const before = await duplicates(stage);
      const tab = await (await stage.open()).tab("again");
      // The collector had it all along; the sender cannot know, and says it again.
      await until("what had arrived to be sent again", async () => ((await duplicates(stage)) > before ? true : null));
      await tab.close();
    },
  },
  {
    name: "normal",
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
    async act({ open, lines }) {
      const browser = await open();
      const tab = await browser.tab();
      await browser.network(false);
      await tab.press();
      await produceFor(lasts(30_000, 2_500), tab);
      expect(await tab.flush()).toBeGreaterThan(0);
      await hasStruck(lines.relay);
      await browser.network(true);
    },
  },
  {
    name: "two tabs offline",
    async act({ open, lines }) {
      const browser = await open();
      const tabs = [await browser.tab(), await browser.tab("other")];
      await browser.network(false);
      await produceFor(lasts(30_000, 2_500), ...tabs);
      for (const tab of tabs) expect(await tab.flush()).toBeGreaterThan(0);
      await hasStruck(lines.relay);
      await browser.network(true);
    },
  },
  {
    name: "500s for 25 s",
    async act({ open, lines, system }) {
      const tab = await (await open()).tab();
      lines.relay.fail(system.intake);
      await tab.press();
      await produceFor(lasts(25_000, 3_000), tab);
      await hasStruck(lines.relay);
      lines.relay.mend();
    },
  },
  {
    name: "hidden in a back-off + close",
    async act({ open, lines, system }) {
      const tab = await (await open()).tab();
      lines.relay.fail(system.intake);
      await produceFor(2_000, tab);
      await tab.hide();
      await produceFor(1_000, tab);
      await hasStruck(lines.relay);
      // What is on its way when the page ends, no page can tell a second time.
      await tab.answered();
      lines.relay.mend();
      // No timer runs in a hidden page: what is told at the end is the last chance.
      await tab.close();
    },
  },
  {
    name: "line stalled",
    async act({ open, lines }) {
      const tab = await (await open()).tab();
      lines.relay.stall();
      await produceFor(lasts(10_000, 2_000), tab);
      await tab.close();
      await hasStruck(lines.relay);
      lines.relay.mend();
    },
  },
  {
    name: "answer lost",
    async act(stage) {
      const { open, lines } = stage;
      const before = await duplicates(stage);
      const tab = await (await open()).tab();
      lines.relay.loseAnswers();
      await produceFor(lasts(10_000, 2_500), tab);
      await hasStruck(lines.relay);
      lines.relay.mend();
      await until(
        "what had arrived to be sent again",
        async () => ((await duplicates(stage)) > before ? true : null),
        60_000,
      );
    },
  },
  {
    name: "relay killed under load",
    async act({ open, lines, system, produced }) {
      const tab = await (await open()).tab();
      const { url } = lines.relay;
      const visitors = load({ url: `${url}${system.intake}`, key: system.publicKey, origin: url });
      const producing = produceFor(lasts(10_000, 2_000), tab);
      for (let kills = 0; kills < (full ? 5 : 2); kills++) {
        await visitors.goesOn(20);
        await system.process("relay").stop("SIGKILL");
        await system.start("relay");
      }
      await Promise.all([producing, visitors.finish()]);
      for (const { id } of visitors.acknowledged) add(produced, batchNamed(id));
      await tab.close();
    },
  },
  {
    name: "collector stopped for 10 s",
    async act(stage) {
      const { open, system } = stage;
      const tab = await (await open()).tab();
      await system.process("collector").stop();
      await produceFor(lasts(10_000, 1_500), tab);
      await tab.close();
      await until("the relay to hold what the collector cannot take", async () => {
        const { targets } = await ledgerOf(stage);
        return Object.values(targets).every(({ waiting }) => waiting > 0) || null;
      });
      await system.start("collector");
    },
  },
  {
    name: "answers lost behind the relay",
    async act({ open, lines }) {
      const tab = await (await open()).tab();
      lines.collector.loseAnswers();
      await tab.track(20);
      await tab.close();
      await hasStruck(lines.collector);
      lines.collector.mend();
    },
  },
];
