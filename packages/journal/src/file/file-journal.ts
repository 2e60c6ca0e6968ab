import type { BatchJournal } from "../journal.js";
import { JournalError } from "../journal-error.js";
import { createWaiters } from "../waiters.js";
import { reportDamage } from "./damage-list.js";
import { journalStats } from "./journal-stats.js";
import { journalWriter } from "./journal-writer.js";
import type { FileJournalOptions } from "./options.js";
import { fileJournalSettings } from "./options.js";
import { readRecords } from "./read-records.js";
import type { Segment } from "./segment.js";
import type { Stage } from "./stage.js";
import { readerOf } from "./state.js";
import { makeFolder } from "./sync-folder.js";
import { verifySegments } from "./verify-segments.js";
import { workQueue } from "./work-queue.js";

const PROBE_EVERY_MS = 1_000;

/**
 * A journal in files of a local folder, durable when an append resolves.
 *
 * An append waits in the queue for the write before it, is staged with all others that wait, and written in one go behind
 * the newest segment; one fsync later the stage is applied to what is known in memory, and everybody is answered. Readers
 * read the segments by themselves. Rejects with `journal_locked` while somebody else writes this folder, and with
 * `journal_unwritable` when the folder cannot be made or listed.
 */
export async function fileJournal(options: FileJournalOptions): Promise<BatchJournal> {
  const settings = fileJournalSettings(options);
  const { folder, files, maxBytes, sync, gather, queueBytes, queueAge } = settings;
  try {
    await makeFolder(folder, files);
    await files.readdir(folder);
  } catch (error) {
    throw new JournalError(
      "journal_unwritable",
      `the folder ${folder} cannot be made or listed: ${String(error)}`,
      error,
    );
  }
  const writer = await journalWriter(settings);
  const waiters = createWaiters(() => writer.state.newest);
  const queue = workQueue<Stage>({
    gather: sync ? gather : 0,
    queueBytes,
    queueAge,
    begin: () => writer.begin().finally(watch),
    async finish(stage) {
      await writer.finish(stage).finally(watch);
      waiters.wake();
    },
  });
  let closing: Promise<void> | undefined;
  let probing: NodeJS.Timeout | undefined;

  /** As long as the disk refuses, asks it again: whoever waits for this journal to be well may be who would write next. */
  const watch = (): void => {
    if (probing !== undefined || closing !== undefined || writer.state.failing === null) return;
    probing = setTimeout(async () => {
      await queue.alone(() => writer.probe()).catch(() => undefined);
      probing = undefined;
      watch();
    }, PROBE_EVERY_MS).unref();
  };

  const open = (): void => {
    if (closing !== undefined) throw new JournalError("journal_closed", "the journal was closed; open it again");
  };
  const share = async <Result>(weight: number, prepare: (stage: Stage) => Result): Promise<Result> => {
    open();
    return queue.share({ weight, prepare });
  };

  /** Notes, once, that the file of a segment is gone which the journal has not removed itself. */
  const miss = (segment: Segment): void => {
    const { segments, damage } = writer.state;
    const { name, bytes } = segment;
    if (!segments.includes(segment) || damage.some(({ file, reason }) => file === name && reason === "missing")) return;
    reportDamage(damage, { file: name, from: 0, to: bytes, reason: "missing" });
  };

  watch();
  return {
    durability: sync ? "disk" : "async",
    append: (records, tally) =>
      share(
        records.reduce((sum, { data }) => sum + data.length + 1, 0),
        (stage) => stage.append(records, tally),
      ),
    async read(after, limit) {
      open();
      const { newest } = writer.state;
      const found = await readRecords(writer.state.segments, settings, after, limit, miss);
      // What should have come after is damaged: nobody shall wait for it in a circle.
      if (found.length === 0 && limit.records > 0 && newest > after && writer.state.newest === newest) {
        writer.state.newest = after;
      }
      return found;
    },
    waitFor: (after, signal) => waiters.wait(after, signal),
    async reader(name) {
      open();
      return readerOf(writer.state, name);
    },
    advance: (name, position, tally = {}, ahead = []) =>
      share(0, (stage) => stage.advance(name, position, tally, ahead)),
    rewind: (name, position, tally = {}) => share(0, (stage) => stage.rewind(name, position, tally)),
    forget: (name) => share(0, (stage) => stage.forget(name)),
    async trim(before) {
      open();
      // A cursor moves far more often than a segment can go, and whatever runs by itself parts the groups.
      return writer.canTrim(before) ? queue.alone(() => writer.trim(before)) : 0;
    },
    async stats() {
      open();
      const stats = journalStats(writer.state, maxBytes);
      return { ...stats, failing: stats.failing ?? queue.refusing };
    },
    async verify() {
      open();
      const isKept = (segment: (typeof writer.state.segments)[number]): boolean =>
        writer.state.segments.includes(segment);
      return verifySegments(writer.state.segments, isKept, settings);
    },
    close() {
      closing ??= (async () => {
        clearTimeout(probing);
        waiters.end();
        await queue.drained();
        await writer.close();
      })();
      return closing;
    },
  };
}
