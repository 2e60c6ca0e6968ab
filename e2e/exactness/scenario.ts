import { expect } from "vitest";
import { full } from "../kit/effort.js";
import type { Ledger } from "../kit/ledger.js";
import type { Line } from "../kit/line.js";
import { until } from "../kit/until.js";
import type { Ability } from "./engine.js";
import type { Stage, Tab } from "./stage.js";

/** One row of the table. */
export interface Scenario {
  readonly name: string;
  readonly needs?: readonly Ability[];
  /** How often it is played. @default 1 */
  readonly times?: number;
  /** Batches stay open for the SDK's own 5 s in `npm test` too, where others are frozen after one. @default false */
  readonly unhurried?: boolean;
  act(stage: Stage, time: number): Promise<void>;
  /** The next visit, where the first could not bring everything. */
  later?(stage: Stage): Promise<void>;
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

export async function ledgerOf({ system }: Stage): Promise<Ledger> {
  return (await (await fetch(system.ledger)).json()) as Ledger;
}

export async function duplicates(stage: Stage): Promise<number> {
  const { keys } = await ledgerOf(stage);
  return keys[stage.system.publicKey]?.duplicate ?? 0;
}

/** Opens another page of the site, and stays until what was left behind has arrived. */
export async function comesBack({ open, arrived, produced }: Stage): Promise<void> {
  const before = new Map(produced);
  const tab = await (await open()).tab("again");
  await arrived(before);
  await tab.close();
}

export async function comesBackLate(stage: Stage): Promise<void> {
  const tab = await (await stage.open()).tab("again");
  await stage.abandoned();
  expect(await tab.flush()).toBe(0);
  await tab.close();
}
