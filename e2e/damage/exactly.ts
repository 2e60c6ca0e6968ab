import type { Batch } from "@isotherm/protocol";
import { expect } from "vitest";
import { countsOf, expectedCounts } from "../kit/counts.js";
import { balancedLedger } from "../kit/ledger.js";
import type { System } from "../kit/system.js";
import { untilStored } from "./scene.js";

/**
 * Fails unless all of this, and nothing else, is stored and shown, each batch once, and the ledger says so. `killed` says
 * that a server was killed under load: what it had not answered yet was sent again, and may have been kept before.
 */
export async function expectExactly(system: System, batches: readonly Batch[], killed = false): Promise<void> {
  const found = await untilStored(system, batches);
  expect(found.toSorted()).toEqual(batches.map(({ id }) => id).toSorted());
  await expectShown(system, batches);
  const { keys } = await balancedLedger(system.ledger);
  expect(keys[system.publicKey]).toMatchObject({ journaled: batches.length, ...(killed ? {} : { duplicate: 0 }) });
}

/**
 * Fails unless page views, presses and events are shown as often as these batches tell of them: ids are unique where they
 * are stored, and say nothing of what was derived twice.
 */
export async function expectShown(system: System, batches: readonly Batch[]): Promise<void> {
  expect(await countsOf(system, days())).toEqual(expectedCounts(batches));
}

/** Yesterday to tomorrow, as some drills move the clock. */
function days(): string {
  const [from, to] = [-1, 1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10));
  return `from=${from}&to=${to}`;
}
