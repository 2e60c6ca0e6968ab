import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { balancedLedger } from "../kit/ledger.js";
import type { Line } from "../kit/line.js";
import type { System } from "../kit/system.js";
import { until } from "../kit/until.js";
import { pages } from "../site/pages.js";
import type { Engine, EngineBrowser } from "./engine.js";
import { add, type Counts, compare, type Difference, inBrief, pathOf, pressOn, storedOf, viewOf } from "./tally.js";

/** What all scenarios share. */
export interface Rig {
  readonly system: System;
  /** Between browsers and relay, and between relay and collector. */
  readonly lines: { readonly relay: Line; readonly collector: Line };
}

/** Where one scenario is played: a visitor with a profile of their own, who writes down all that they do. */
export interface Stage extends Rig {
  /** What was produced so far, by name. */
  readonly produced: Map<string, number>;
  /** The visitor's browser: the one that runs, or a new one on the same profile. */
  open(): Promise<Browser>;
  /** Waits until nobody writes any more to what an abrupt end left open, as far as another tab can tell. */
  abandoned(): Promise<void>;
  /** Waits until all of this is stored. */
  arrived(all: Counts): Promise<void>;
  /** Waits until all that was produced is stored, except what the abrupt end may have taken, and everything in the ledger went its way. */
  settle(): Promise<Difference>;
  /** Compares once more, without waiting. */
  compare(): Difference;
  /** The oldest event that was lost with an abrupt end: how many milliseconds before it happened. */
  window(): number;
  /** Ends what is still open, and removes the profile. */
  end(): Promise<void>;
}

/** The visitor's browser. */
export interface Browser {
  tab(page?: string): Promise<Tab>;
  /** Takes the network away or brings it back: the line, and what the browser tells its pages. */
  network(there: boolean): Promise<void>;
  close(): Promise<void>;
  kill(): Promise<void>;
}

/** A tab of the visitor's. */
export interface Tab {
  track(events: number, bytes?: number): Promise<void>;
  press(): Promise<void>;
  go(page: string): Promise<void>;
  /** Lets the SDK try to send all it has; resolves to the batches that still wait. */
  flush(): Promise<number>;
  hide(): Promise<void>;
  /** Resolves once every request of the page has been answered, and the page knows it. */
  answered(): Promise<void>;
  crash(): Promise<void>;
  close(): Promise<void>;
}

/**
 * What an abrupt end may take: the SDK writes an open batch ahead every 500 ms, and the storage has to take the record
 * over before it is safe from the end of the page's process.
 */
const writeAhead = 500;
const takenOver = 150;
/** From here on another tab takes over what an abrupt end left open. */
const leftAlone = 15_000;

/** Sets a stage for the scenario that goes by `name` in paths and events; the browser's storage outlives it where it is `lasting`. */
export function setStage(rig: Rig, engine: Engine, name: string, lasting: boolean): Stage {
  const { system, lines } = rig;
  const profile = join(system.folder, `profile-${name}`);
  const produced = new Map<string, number>();
  const at = new Map<string, number>();
  let running: EngineBrowser | undefined;
  let tracked = 0;
  let ended = Number.POSITIVE_INFINITY;

  const difference = (): Difference => compare(produced, storedOf(system.folder, name, produced));
  const age = (event: string): number => ended - (at.get(event) ?? Number.NEGATIVE_INFINITY);
  /** What must be there whatever happened. */
  const owed = ({ lost }: Difference): string[] =>
    lost.filter((event) => ended === Number.POSITIVE_INFINITY || age(event) > writeAhead + takenOver);

  const tabOf = async (browser: EngineBrowser, page: string): Promise<Tab> => {
    let path = "";
    const view = (next: string): string => {
      path = next ? `${pathOf(name)}/${next}` : pathOf(name);
      add(produced, viewOf(path));
      return `${lines.relay.url}${path}`;
    };
    const tab = await browser.tab(view(page));
    return {
      async track(events, bytes = 0) {
        const names = Array.from({ length: events }, () => `${name} ${tracked++}`);
        for (const one of names) add(produced, one);
        const clock = await tab.track(names, bytes);
        for (const one of names) at.set(one, clock);
      },
      async press() {
        const plan = pages.flatMap(({ targets }) => targets).find((target) => target.name === "plan");
        if (!plan) throw new Error("there is nothing to press");
        await tab.press(plan.x + 5, plan.y + 5);
        add(produced, pressOn(path));
      },
      go: (next) => tab.go(view(next)),
      flush: tab.flush,
      hide: tab.hide,
      answered: tab.answered,
      async crash() {
        ended = Date.now();
        await tab.crash();
      },
      close: tab.close,
    };
  };

  return {
    ...rig,
    produced,
    async open() {
      running ??= await engine.open(lasting ? profile : undefined);
      const browser = running;
      const over = (): void => {
        running = undefined;
      };
      return {
        tab: (page = "") => tabOf(browser, page),
        async network(there) {
          if (there) lines.relay.mend();
          else lines.relay.cut();
          await browser.network(there);
        },
        async close() {
          over();
          await browser.close();
        },
        async kill() {
          ended = Date.now();
          over();
          await browser.kill();
        },
      };
    },
    async abandoned() {
      await until("the open record to look abandoned", async () => (Date.now() - ended > leftAlone ? true : null));
    },
    arrived: (all) => nothingMissing(() => compare(all, storedOf(system.folder, name, all)).lost),
    async settle() {
      await nothingMissing(() => owed(difference()));
      const ledger = await balancedLedger(system.ledger);
      for (const { dead, dropped } of Object.values(ledger.targets))
        expect({ dead, dropped }).toEqual({ dead: 0, dropped: {} });
      const found = difference();
      expect(found.twice).toEqual([]);
      expect(owed(found)).toEqual([]);
      return found;
    },
    compare: difference,
    window: () => Math.max(0, ...difference().lost.map(age)),
    async end() {
      await running?.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

async function nothingMissing(missing: () => readonly string[]): Promise<void> {
  await until(
    "everything to be stored",
    async () => {
      const names = missing();
      if (names[0]) throw new Error(`${names.length} are missing: ${inBrief(names)}`);
      return true;
    },
    60_000,
  );
}
