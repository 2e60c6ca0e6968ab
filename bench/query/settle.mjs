import { setTimeout } from "node:timers/promises";
import { sqliteStore } from "@isotherm/collector";
import Database from "better-sqlite3";

/** Waits until the rows of all days are derived, as they are seconds after the last batch. */
export async function settleDays(file, journal, position) {
  const store = await sqliteStore({ file, settle: 0 });
  const db = new Database(file, { readonly: true });
  try {
    await store.project({ journal, from: position, to: position, records: [] });
    const left = db.prepare("SELECT count(*) AS n FROM dirty_days");
    const deadline = performance.now() + 600_000;
    while (left.get().n > 0) {
      if (performance.now() > deadline) throw new Error(`${left.get().n} days are still not derived`);
      await setTimeout(50);
    }
  } finally {
    db.close();
    await store.close();
  }
}
