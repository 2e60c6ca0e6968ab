import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { balancedLedger, type Ledger } from "../kit/ledger.js";
import type { Line } from "../kit/line.js";
import { mountSmall, unmount } from "../kit/mount.js";
import type { System } from "../kit/system.js";
import { until } from "../kit/until.js";
import type { Engine } from "./engine.js";
import { hasStruck, type Scenario, type Stage } from "./scenario.js";
import { compare, type Difference, inBrief, repeatsIn, storedOf } from "./tally.js";
import { profileIn, visitorOf } from "./visitor.js";

/** What all scenarios share. */
export interface Rig {
  readonly system: System;
  /** Between browsers and relay, and between relay and collector. */
  readonly lines: { readonly relay: Line; readonly collector: Line };
}

/** Where a scenario is played before a relay and a collector, which have to lose nothing. */
export interface SystemStage extends Rig, Stage {
  readonly produced: Map<string, number>;
  ledger(): Promise<Ledger>;
  /** Leaves no room on the disk that the browser keeps its profile on. */
  fillDisk(): void;
  /** Waits until all that was produced is stored, except what the abrupt end may have taken, and everything in the ledger went its way. */
  settle(): Promise<Difference>;
  /** Compares once more, without waiting. */
  compare(): Difference;
  /** The oldest event that was lost with an abrupt end: how many milliseconds before it happened. */
  window(): number;
  /** Ends what is still open, and removes the profile. */
  end(): Promise<void>;
}

/**
 * What an abrupt end may take. The design promises that the SDK begins to write an open batch ahead every 500 ms; no page
 * can promise when that is done. A timer may come late by as much as the browser likes
 * (https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#run-steps-after-a-timeout), and a record is safe from
 * the end of the page's process only once another has taken it over, when its transaction is complete
 * (https://www.w3.org/TR/IndexedDB/#transaction-lifecycle). For both together a busy machine gets what is added here; each
 * drill's table says how much of it was needed, and docs/delivery.md keeps that.
 */
const writeAhead = 500;
const takenOver = 150;
/** From here on another tab takes over what an abrupt end left open. */
const leftAlone = 15_000;

// Of a disk for a profile: a new one takes less than half of it.
const diskSize = 128;

/** What the engine does instead of what a scenario trusts in; undefined where it takes care of that. */
export function careless(engine: Engine, { trusts = [] }: Pick<Scenario, "trusts">): string | undefined {
  return trusts.map((care) => engine.careless?.[care]).find(Boolean);
}

/** Sets a stage for a scenario that goes by `name` in paths and events, with what it needs of the browser. */
export function setStage(rig: Rig, engine: Engine, name: string, scenario: Scenario<SystemStage>): SystemStage {
  const { needs = [] } = scenario;
  const { system, lines } = rig;
  const profile = profileIn(system.folder, name);
  let small = needs.includes("small disk");
  if (small) mountSmall(profile, diskSize);
  const lasting = needs.includes("lasting profile") ? profile : undefined;
  const blocked = needs.includes("blocked storage");
  const abrupt = careless(engine, scenario) !== undefined;
  const visitor = visitorOf(engine, lines.relay, name, { profile: lasting, blocked, abrupt });
  const { produced, open, ended, age } = visitor;

  const difference = (): Difference => compare(produced, storedOf(system.folder, name, produced));
  /** What must be there whatever happened. */
  const owed = ({ lost }: Difference): string[] => lost.filter((event) => age(event) > writeAhead + takenOver);
  const ledger = async (): Promise<Ledger> => (await (await fetch(system.ledger)).json()) as Ledger;
  const resent = (): number => repeatsIn(lines.relay.carried(), name);

  return {
    ...rig,
    line: lines.relay,
    intakes: [system.intake],
    produced,
    open,
    abrupt,
    ledger,
    fillDisk: () => fill(join(profile, "filler")),
    struck: () => hasStruck(lines.relay),
    async blocked(tab) {
      expect(await tab.flush()).toBeGreaterThan(0);
    },
    async emptied(tab) {
      await until("the open record to look abandoned", async () => (Date.now() - ended() > leftAlone ? true : null));
      expect(await tab.flush()).toBe(0);
    },
    resent: async () => resent(),
    async sentAgain(before) {
      await until("what had arrived to be sent again", async () => resent() > before || null);
    },
    arrived: (all) => nothingMissing(() => compare(all, storedOf(system.folder, name, all)).lost),
    async settle() {
      await nothingMissing(() => owed(difference()));
      const { targets } = await balancedLedger(system.ledger);
      for (const { dead, dropped } of Object.values(targets))
        expect({ dead, dropped }).toEqual({ dead: 0, dropped: {} });
      const found = difference();
      expect(found.twice).toEqual([]);
      expect(owed(found)).toEqual([]);
      return found;
    },
    compare: difference,
    window: () => (Number.isFinite(ended()) ? Math.max(0, ...difference().lost.map(age)) : 0),
    async end() {
      await visitor.leave();
      if (small) unmount(profile);
      small = false;
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

/** Writes to a file until nothing more fits on its disk. */
function fill(path: string): void {
  const file = openSync(path, "w");
  const bytes = Buffer.alloc(4_096);
  try {
    for (;;) writeSync(file, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
}
