import type { RebuildModel, RebuildStep } from "../store.js";
import { rebuildDays } from "./rebuild-days.js";
import { rebuildHeat } from "./rebuild-heat.js";
import { rebuildSessions } from "./rebuild-sessions.js";
import type { Writer } from "./writer.js";

/**
 * Derives a part of a model again from raw, in one transaction, and tells where to go on; null when all is done. Between
 * two parts others may write: what they add is derived from raw as well, so that it makes no difference.
 */
export function rebuild(writer: Writer, model: RebuildModel, at: RebuildStep["next"]): RebuildStep {
  return writer.write(() => {
    switch (model) {
      case "heat":
        return rebuildHeat(writer, at);
      case "sessions":
        return rebuildSessions(writer, at);
      case "days":
        return rebuildDays(writer, at);
    }
  }, "soon");
}
