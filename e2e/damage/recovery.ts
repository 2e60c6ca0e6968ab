import { expect } from "vitest";
import type { Ledger } from "../kit/ledger.js";
import type { Part } from "../kit/system.js";
import { until } from "../kit/until.js";
import { expectShown } from "./exactly.js";
import type { Harmed } from "./harm.js";
import { type Damage, healthOf, type Verified } from "./health.js";
import { ledgerOf, type Scene, untilStored, waitingAt } from "./scene.js";
import { deliver } from "./send.js";

/** What was done to each journal, and what a check of it said before anything was started. */
export interface Before {
  readonly relay: Harmed;
  readonly collector: Harmed;
  readonly verified: Verified;
  /** Whether the files show that something is wrong; if not, the relay's ledger alone tells of the loss. @default true */
  readonly seen?: boolean;
}

/**
 * Starts both parts on their damaged journals, and fails unless they report what was found before, take batches, and every
 * undamaged record arrives once.
 */
export async function expectRecovery(
  { system, stored, waiting, unsent }: Scene,
  { relay, collector, verified, seen: isSeen = true }: Before,
): Promise<void> {
  try {
    system.launch("collector");
    system.launch("relay");
    for (const part of ["collector", "relay"] as const) {
      await system.ready(part);
      await expectSame(part);
    }
    const later = await deliver(system, 12);
    await until("nothing to wait for the collector", async () => (await waitingAt(system)) === 0 || null);
    const left = [
      ...stored,
      ...waiting.filter(({ id }) => !collector.ids.has(id)),
      ...unsent.filter(({ id }) => !relay.ids.has(id)),
      ...later,
    ];
    const found = await untilStored(system, left);
    // What the relay had passed on already comes again where its cursor was lost, and may so make up for the collector's loss.
    const again = waiting.filter(({ id }) => collector.ids.has(id) && found.includes(id));
    const there = [...left, ...again];
    expect(found.toSorted()).toEqual(there.map(({ id }) => id).toSorted());
    await expectShown(system, there);
    const ledger = await ledgerOf(system);
    expectTruth(ledger, relay.uncounted);
    const lost = unsent.filter(({ id }) => relay.ids.has(id)).length;
    for (const { dropped } of Object.values(ledger.targets)) expect(dropped.lost ?? 0).toBeGreaterThanOrEqual(lost);
  } finally {
    await system.stop();
  }

  async function expectSame(part: Part): Promise<void> {
    const { ready, status, journal } = await healthOf(system, part);
    const seen = verified.journals.find(({ folder }) => folder.includes(`/${part}/`));
    // A start sets aside, under this name, what it cannot open.
    const asFound = journal.damage.map((one): Damage => ({ ...one, file: one.file.replace(/\.unreadable$/, "") }));
    expect(asFound, `damage that the ${part} reports`).toEqual(seen?.damage);
    expect(ready).toBe(true);
    if (seen !== undefined && !seen.whole) expect(status).toBe("degraded");
    const isWhole = verified.journals.every(({ whole }) => whole);
    expect([verified.code, verified.whole]).toEqual([isWhole ? 0 : 3, isWhole]);
    const { ids } = part === "relay" ? relay : collector;
    if (ids.size > 0) expect(seen?.whole, "no record is damaged").toBe(!isSeen);
  }
}

/** Every equation holds but for the records whose counters were lost with them, and the ledger says so. */
export function expectTruth({ keys, targets, balanced }: Ledger, uncounted: number): void {
  for (const { received, journaled, duplicate, refused } of Object.values(keys)) {
    expect(received).toBe(journaled + duplicate + sum(refused));
  }
  const [target] = Object.values(targets);
  if (target === undefined) throw new Error("the ledger names no target");
  const { journaled, forwarded, waiting, dead, filtered, dropped } = target;
  const outcomes = forwarded + waiting + dead + filtered + sum(dropped);
  expect(outcomes - journaled, "records without their counters").toBe(uncounted);
  expect(balanced).toBe(uncounted === 0);
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((all, n) => all + n, 0);
