import { hasBacklog } from "../backlog.js";
import type { Writer } from "../writer.js";
import { forgetAudit } from "./audit.js";
import { eraseStep, finishErasures } from "./erase.js";
import { forgetNames } from "./erased-names.js";
import { retentionStep } from "./retention.js";
import { staleness } from "./text-state.js";
import { unusedRows } from "./unused-rows.js";

/** Deletes what is not to be kept, a small step at a time. */
export interface Sweeper {
  /**
   * Does one step. `more`: there is more to do now. `idle`: nothing is left to delete. `clean`: that too, and an erasure
   * waits for its pages to be overwritten; `finish` is to be called when they are.
   */
  step(now: number): "more" | "idle" | "clean";
  finish(now: number): void;
}

/** Erasures come first, then what has grown old, then what nothing refers to any more. */
export function sweeper(writer: Writer): Sweeper {
  let unused: Generator<void> | null = null;
  let waiting = false;
  return {
    step(now) {
      if (eraseStep(writer) || retentionStep(writer, now)) {
        // What it has met so far may be gone by now, which is no harm; what it would delete is looked at again.
        unused = null;
        return "more";
      }
      // Texts that are about to be referred to again would be taken for unused.
      if (hasBacklog(writer.connection)) return "idle";
      unused ??= unusedRows(writer);
      try {
        if (!unused.next().done) {
          waiting = true;
          return "more";
        }
      } catch (error) {
        unused = null;
        throw error;
      }
      unused = null;
      // Rows went meanwhile, as others may delete in the same database, and it gave up: it has to begin anew.
      if (staleness(writer.connection) > 0) return "more";
      writer.write(() => {
        forgetNames(writer.connection, now);
        forgetAudit(writer.connection, now);
      });
      const open = writer.connection.get("SELECT 1 FROM erasures WHERE stage = 'texts' LIMIT 1") !== undefined;
      const dirty = waiting || open;
      waiting = false;
      return dirty ? "clean" : "idle";
    },
    finish: (now) => {
      finishErasures(writer.connection, now);
    },
  };
}
