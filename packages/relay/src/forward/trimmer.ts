import type { BatchJournal, Position } from "@isotherm/journal";
import type { Log } from "../log.js";

/**
 * Lets the journal free what every reader has passed, one trim at a time: told of each cursor that moves, it trims once
 * more when something moved meanwhile. The journal itself keeps what another reader still needs.
 */
export function trimmer(journal: BatchJournal, log: Log): (position: Position) => void {
  let newest = 0;
  let trimming = false;

  const trim = async (): Promise<void> => {
    trimming = true;
    try {
      for (let done = 0; done < newest; ) {
        done = newest;
        await journal.trim(done);
      }
    } catch (error) {
      log.warn({ err: error }, "the journal cannot be trimmed; trying again with the next batch");
    } finally {
      trimming = false;
    }
  };

  return (position) => {
    newest = Math.max(newest, position);
    if (!trimming) void trim();
  };
}
