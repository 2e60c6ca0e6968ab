import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Batch } from "@isotherm/protocol";
import { localDay } from "@isotherm/protocol/seal";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chance } from "../kit/chance.js";
import { countsOf, expectedCounts } from "../kit/counts.js";
import { full, seed } from "../kit/effort.js";
import { balancedLedger, expectBalance, type Ledger } from "../kit/ledger.js";
import { agentOf, type Load, load } from "../kit/load.js";
import { sender } from "../kit/sender.js";
import { storedIds } from "../kit/stored.js";
import { type Part, type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";
import { askAll } from "./answered.js";
import { type Kill, kill } from "./kills.js";
import { daysToDerive, models } from "./models.js";
import { zoneAtNoon } from "./noon.js";
import { intakeOf, type Stream, undisturbed } from "./undisturbed.js";
import { shop, visits } from "./visits.js";

const times = full ? 50 : 3;
const begun = Date.now();
const day = 86_400_000;
const timeZone = zoneAtNoon(begun);
const range = `from=${localDay(begun - 10 * day, timeZone)}&to=${localDay(begun - 2 * day, timeZone)}`;
const folder = mkdtempSync(join(tmpdir(), "isotherm-killed-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each<{ part: Part; ways: readonly Part[] }>([
  { part: "relay", ways: ["relay"] },
  // Half of its load comes straight from browsers, and half through a relay that it lets down again and again.
  { part: "collector", ways: ["relay", "collector"] },
])(`a $part that is killed ${times} times under load (seed ${seed})`, ({ part, ways }) => {
  const disturbedFolder = join(folder, part);
  let system: System;
  let calm: System;
  let loads: readonly { readonly to: Part; readonly load: Load }[];
  let kills: readonly Kill[];
  let again = 0;
  const acknowledged = (): readonly Batch[] => loads.flatMap(({ load }) => load.acknowledged);

  beforeAll(async () => {
    mkdirSync(disturbedFolder);
    system = await startSystem(disturbedFolder, { timeZone, origins: [shop] });
    const { publicKey: key } = system;
    const random = chance(seed + ways.length);
    const batch = visits(seed, begun);
    const visitors = 8 / ways.length;
    loads = ways.map((to, way) => ({
      to,
      load: load({ url: intakeOf(system, to), key, origin: shop, batch, visitors, from: way * visitors, pause: 10 }),
    }));
    const ready = async (): Promise<void> => {
      expectBalance(await ledgerNow(system));
      // Work goes on, and what a sender has forgotten to have sent comes once more.
      await Promise.all(loads.map((way) => way.load.goesOn(20)));
      for (const { to, load } of loads) {
        const old = load.acknowledged[Math.floor(random() * load.acknowledged.length)] as Batch;
        await sender(intakeOf(system, to), key, agentOf(visitorOf(old)), shop).send([old]);
        again++;
      }
    };
    kills = await kill(system, { part, times, random, ready });
    await Promise.all(loads.map((way) => way.load.finish()));
    calm = await undisturbed(makeFolder(`${part}-undisturbed`), timeZone, disturbedFolder, streamsOf(loads));
    await Promise.all([system, calm].map(settled));
  });

  afterAll(async () => {
    await system?.stop();
    await calm?.stop();
  });

  test("was killed as often as that, at work and while it started", () => {
    expect(kills).toHaveLength(times);
    expect(kills.filter(({ moment }) => moment === "starting")).toHaveLength(Math.floor((times + 1) / 3));
    expect(again).toBe((times - Math.floor((times + 1) / 3) + 1) * ways.length);
    expect(acknowledged().length).toBeGreaterThan(times * 20);
  });

  test("lost nothing that was acknowledged, and stored nothing twice", () => {
    expect(storedIds(disturbedFolder).toSorted()).toEqual(ids(acknowledged()));
  });

  test("shows every page view, press and event once", async () => {
    expect(await countsOf(system, range)).toEqual(expectedCounts(acknowledged()));
  });

  test("left a ledger that balances", async () => {
    const ledger = await balancedLedger(system.ledger);
    const [target] = Object.values(ledger.targets);
    const through = loads.find(({ to }) => to === "relay")?.load.acknowledged.length;
    expect(target?.journaled).toBeGreaterThanOrEqual(through ?? Number.POSITIVE_INFINITY);
    expect(target).toMatchObject({ dead: 0, filtered: 0, dropped: {} });
  });

  test("derived what a system derives that was never disturbed", async () => {
    expect(models(disturbedFolder)).toEqual(models(calm.folder));
    expect(await askAll(system, range)).toEqual(await askAll(calm, range));
  });
});

function makeFolder(name: string): string {
  mkdirSync(join(folder, name));
  return join(folder, name);
}

const ids = (batches: readonly Batch[]): readonly string[] => batches.map(({ id }) => id).toSorted();

const visitorOf = ({ tab }: Batch): number => Number(/^tab-(\d+)-/.exec(tab)?.[1]);

function streamsOf(loads: readonly { readonly to: Part; readonly load: Load }[]): readonly Stream[] {
  return loads.flatMap(({ to, load }) => {
    const visitors = [...new Set(load.acknowledged.map(visitorOf))];
    return visitors.map((visitor) => ({
      visitor,
      to,
      batches: load.acknowledged.filter((batch) => visitorOf(batch) === visitor),
    }));
  });
}

/** The ledger as it is, also while batches wait. */
function ledgerNow(system: System): Promise<Ledger> {
  return until("the relay to show its ledger", async () => (await (await fetch(system.ledger)).json()) as Ledger);
}

/** Resolves once nothing waits any more: for the relay's collector, for its projector, or for the rows of days. */
async function settled(system: System): Promise<void> {
  const done = async (): Promise<true | null> => {
    const { targets } = await ledgerNow(system);
    if (Object.values(targets).some(({ waiting }) => waiting > 0)) return null;
    const { projector } = await system.ask<{ readonly projector: { readonly waiting: number } }>("/health");
    return projector.waiting === 0 && daysToDerive(system.folder) === 0 ? true : null;
  };
  await until("nothing to wait in relay or collector", done, 120_000);
}
