import { briefingOf } from "../briefing/read-briefing.js";
import type { Snapshot } from "../briefing/snapshot.js";
import type { SnapshotKeeper } from "./options.js";

/** A snapshot that somebody else keeps, and may have damaged or lost: then the collector is asked. */
export const keptSnapshot = (keeper: SnapshotKeeper): Snapshot => ({
  async load() {
    try {
      return briefingOf(await keeper.load());
    } catch {
      return undefined;
    }
  },
  async save(briefing) {
    await keeper.save(briefing);
  },
});

/** Nothing is kept. */
export const noSnapshot: Snapshot = { load: async () => undefined, save: async () => {} };
