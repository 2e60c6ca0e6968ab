import { join } from "node:path";
import type { Line } from "../kit/line.js";
import { pages } from "../site/pages.js";
import type { Engine, EngineBrowser, EngineTab } from "./engine.js";
import { add, pathOf, pressOn, viewOf } from "./tally.js";

/** Somebody with a browser of their own, who writes down all that they do. */
export interface Visitor {
  /** What was produced so far, by name. */
  readonly produced: Map<string, number>;
  /** The visitor's browser: the one that runs, or a new one on the same profile. */
  open(): Promise<Browser>;
  /** Tabs that are open now. */
  tabs(): number;
  /** The moment of the last abrupt end in ms; infinite before there was one. */
  ended(): number;
  /** How many milliseconds before the next abrupt end this event was produced; infinite where there was none. */
  age(event: string): number;
  /** Ends the browser that still runs. */
  leave(): Promise<void>;
}

/** The visitor's browser. */
export interface Browser {
  tab(page?: string): Promise<Tab>;
  /** Takes the network away or brings it back: the line, and what the browser tells its pages. */
  network(there: boolean): Promise<void>;
  close(): Promise<void>;
  kill(): Promise<void>;
}

/** A tab of the visitor's: what it does is counted, and pages go by their names. */
export interface Tab extends Omit<EngineTab, "track" | "press" | "go"> {
  track(events: number, bytes?: number): Promise<void>;
  press(): Promise<void>;
  go(page: string): Promise<void>;
}

/** Where a scenario's profile lies. */
export const profileIn = (folder: string, scenario: string): string => join(folder, `profile-${scenario}`);

/** What a visitor's browser is like. */
export interface VisitorOptions {
  /** Where it keeps its storage, if that has to outlive it. */
  readonly profile?: string | undefined;
  /** Pages may store nothing. @default false */
  readonly blocked?: boolean;
  /** To leave a page is an abrupt end. @default false */
  readonly abrupt?: boolean;
}

/** A visitor who goes by `name` in paths and events, on pages at the other end of `line`. */
export function visitorOf(engine: Engine, line: Line, name: string, options: VisitorOptions): Visitor {
  const { profile, blocked, abrupt } = options;
  const produced = new Map<string, number>();
  const at = new Map<string, number>();
  const tabs = new Set<EngineTab>();
  let running: EngineBrowser | undefined;
  let tracked = 0;
  const ends: number[] = [];

  const note = (what: string): void => {
    at.set(what, Date.now());
  };
  const depart = (): void => {
    if (abrupt) ends.push(Date.now());
  };

  const tabOf = async (browser: EngineBrowser, page: string): Promise<Tab> => {
    /** Where the tab has been, and where it is. */
    const before: string[] = [];
    let path = "";
    const view = (next: string): string => {
      if (path) before.push(path);
      path = next ? `${pathOf(name)}/${next}` : pathOf(name);
      add(produced, viewOf(path));
      return `${line.url}${path}`;
    };
    const tab = await browser.tab(view(page));
    note(viewOf(path));
    tabs.add(tab);
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
        note(pressOn(path));
      },
      async go(next) {
        depart();
        await tab.go(view(next));
        note(viewOf(path));
      },
      async back() {
        depart();
        path = before.pop() ?? path;
        add(produced, viewOf(path));
        await tab.back();
        note(viewOf(path));
      },
      flush: tab.flush,
      hide: tab.hide,
      answered: tab.answered,
      stores: tab.stores,
      wipe: tab.wipe,
      async crash() {
        ends.push(Date.now());
        tabs.delete(tab);
        await tab.crash();
      },
      async close() {
        depart();
        tabs.delete(tab);
        await tab.close();
      },
    };
  };

  const over = (): void => {
    tabs.clear();
    running = undefined;
  };
  return {
    produced,
    async open() {
      running ??= await engine.open(profile, blocked);
      const browser = running;
      return {
        tab: (page = "") => tabOf(browser, page),
        async network(there) {
          if (there) line.mend();
          else line.cut();
          await browser.network(there);
        },
        async close() {
          if (tabs.size > 0) depart();
          over();
          await browser.close();
        },
        async kill() {
          ends.push(Date.now());
          over();
          await browser.kill();
        },
      };
    },
    tabs: () => tabs.size,
    ended: () => ends.at(-1) ?? Number.POSITIVE_INFINITY,
    age(event) {
      const then = at.get(event);
      const end = then === undefined ? undefined : ends.find((one) => one >= then);
      return then === undefined || end === undefined ? Number.POSITIVE_INFINITY : end - then;
    },
    async leave() {
      const browser = running;
      over();
      await browser?.close();
    },
  };
}
