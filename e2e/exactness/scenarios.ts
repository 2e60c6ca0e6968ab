import { expect } from "vitest";
import { full } from "../kit/effort.js";
import type { Ledger } from "../kit/ledger.js";
import type { Line } from "../kit/line.js";
import { load } from "../kit/load.js";
import { until } from "../kit/until.js";
import type { Ability } from "./engine.js";
import type { Stage, Tab } from "./stage.js";
import { add, batchNamed } from "./tally.js";

/** One row of the table. */
export interface Scenario {
  readonly name: string;
  readonly needs?: readonly Ability[];
  /** How often it is played. @default 1 */
  readonly times?: number;
  act(stage: Stage, time: number): Promise<void>;
  /** The next visit, where the first could not bring everything. */
  later?(stage: Stage): Promise<void>;
}

/** Milliseconds that a fault lasts: as long as the design says, or as shows the same. */
const lasts = (whole: number, part: number): number => (full ? whole : part);

const kilobyte = 1_000;

/** Goes on producing, up to twenty events a second in each tab. */
async function produceFor(ms: number, ...tabs: readonly Tab[]): Promise<void> {
  const end = Date.now() + ms;
  await until(
    "the visitor to have produced for long enough",
    async () => {
      for (const tab of tabs) await tab.track(1);
      return Date.now() >= end ? true : null;
    },
    ms + 20_000,
  );
}

/** A fault that never struck shows nothing. */
async function hasStruck(line: Line): Promise<void> {
  await until("the fault to strike", async () => line.struck() || null);
}

async function ledgerOf({ system }: Stage): Promise<Ledger> {
  return (await (await fetch(system.ledger)).json()) as Ledger;
}

async function duplicates(stage: Stage): Promise<number> {
  const { keys } = await ledgerOf(stage);
  return keys[stage.system.publicKey]?.duplicate ?? 0;
}

/** Opens another page of the site, and stays until what was left behind has arrived. */
async function comesBack({ open, arrived, produced }: Stage): Promise<void> {
  const before = new Map(produced);
  const tab = await (await open()).tab("again");
  await arrived(before);
  await tab.close();
}

async function comesBackLate(stage: Stage): Promise<void> {
  const tab = await (await stage.open()).tab("again");
  await stage.abandoned();
  expect(await tab.flush()).toBe(0);
  await tab.close();
}

/** Abrupt ends first: what they leave open must lie for a while. */
export const scenarios: readonly Scenario[] = [
  {
    name: "renderer crash",
    needs: ["renderer crash", "lasting profile"],
    times: full ? 10 : 1,
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
      await produceFor(lasts(30_000, 3_000), tab);
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
      await produceFor(lasts(30_000, 3_000), ...tabs);
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
      await produceFor(lasts(25_000, 6_000), tab);
      await hasStruck(lines.relay);
      lines.relay.mend();
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
      await produceFor(lasts(10_000, 6_000), tab);
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
      await produceFor(lasts(10_000, 3_000), tab);
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
