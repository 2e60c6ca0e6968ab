import { setTimeout } from "node:timers/promises";

/** Waits until the rows of all days are derived, as they are seconds after the last batch of each. */
export async function settleDays(place, journal, position) {
  const store = await place.open({ settle: 0 });
  try {
    await store.project({ journal, from: position, to: position, records: [] });
    const deadline = performance.now() + 600_000;
    while (true) {
      const left = await place.dirtyDays();
      if (left === 0) return;
      if (performance.now() > deadline) throw new Error(`${left} days are still not derived`);
      await setTimeout(50);
    }
  } finally {
    await store.close();
  }
}
