import { full } from "../kit/effort.js";
import type { Line } from "../kit/line.js";
import { until } from "../kit/until.js";
import type { Ability, Care } from "./engine.js";
import type { Counts } from "./tally.js";
import type { Browser, Tab } from "./visitor.js";

/** One row of the table, played on a stage that has at least what it needs. */
export interface Scenario<S extends Stage = Stage> {
  readonly name: string;
  readonly needs?: readonly Ability[];
  readonly trusts?: readonly Care[];
  /** How often it is played. @default 1 */
  readonly times?: number;
  /** Batches stay open for the SDK's own 5 s in `npm test` too, where others are frozen after one. @default false */
  readonly unhurried?: boolean;
  /** Batches wait in the page's memory, as where `offline()` is left out. @default false */
  readonly inMemory?: boolean;
  act(stage: S, time: number): Promise<void>;
  /** The next visit, where the first could not bring everything. */
  later?(stage: S): Promise<void>;
}

/** Where one scenario is played: a visitor with a profile of their own, at the end of a line that can be broken. */
export interface Stage {
  /** Between the visitor's pages and what takes their events. */
  readonly line: Line;
  /** Paths that events are posted to. */
  readonly intakes: readonly string[];
  /** What was produced so far, by name. */
  readonly produced: ReadonlyMap<string, number>;
  /** The visitor's browser: the one that runs, or a new one on the same profile. */
  open(): Promise<Browser>;
  /** Leaving a page is an abrupt end, as the engine does not take care of what the scenario trusts in. @default false */
  readonly abrupt?: boolean;
  /** Waits for the line's fault to strike a batch: one that never struck shows nothing. Of a line that is cut, `blocked` tells. */
  struck(): Promise<void>;
  /** Lets the SDK in this tab try to send what it has, which the fault has to prevent. */
  blocked(tab: Tab): Promise<void>;
  /** Waits until the SDK in this tab has nothing left to send, also of what an abrupt end left open. */
  emptied(tab: Tab): Promise<void>;
  /** How often something of this visitor's that had arrived was sent again. */
  resent(): Promise<number>;
  /** Waits until that has happened more often than `before`. */
  sentAgain(before: number): Promise<void>;
  /** Waits until all of this is stored. */
  arrived(all: Counts): Promise<void>;
}

/** Milliseconds that a fault lasts: as long as the design says, or as shows the same. */
export const lasts = (whole: number, part: number): number => (full ? whole : part);

/** Goes on producing, up to twenty events a second in each tab. */
export async function produceFor(ms: number, ...tabs: readonly Tab[]): Promise<void> {
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
export async function hasStruck(line: Line): Promise<void> {
  await until("the fault to strike", async () => line.struck() || null);
}

/** Opens another page of the site, and stays until what was left behind has arrived. */
export async function comesBack(stage: Stage): Promise<void> {
  const { open, arrived, produced, abrupt } = stage;
  if (abrupt) return comesBackLate(stage);
  const before = new Map(produced);
  const tab = await (await open()).tab("again");
  await arrived(before);
  await tab.close();
}

/** The same, where an abrupt end left a batch open. */
export async function comesBackLate({ open, emptied }: Stage): Promise<void> {
  const tab = await (await open()).tab("again");
  await emptied(tab);
  await tab.close();
}
