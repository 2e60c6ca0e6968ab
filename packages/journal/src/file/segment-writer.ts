import { join } from "node:path";
import type { Files, OpenFile } from "./files.js";
import { systemCode, writeAll } from "./files.js";
import { frameBytes, HEAD, writeFrame } from "./frame.js";
import { freshNonce } from "./nonce.js";
import type { Segment } from "./segment.js";
import { newSegment } from "./segment.js";
import { noteFrame } from "./stage.js";
import type { JournalState } from "./state.js";
import { summarise } from "./state.js";
import { syncFolder } from "./sync-folder.js";

/** The end of the journal, where frames are written. One call at a time. */
export interface SegmentWriter {
  /** The segment that the next write goes to, begun or cut to its valid length if need be. */
  ready(): Promise<Segment>;
  /** Writes behind the segment's valid bytes; durable once it resolves. What a rejected write left does not count. */
  write(bytes: Buffer): Promise<void>;
  /** Begins a new segment, so that all before it can be removed. */
  rotate(): Promise<Segment>;
  close(): Promise<void>;
}

/** What a writer is given. */
export interface SegmentWriterOptions {
  readonly folder: string;
  readonly files: Files;
  readonly segmentBytes: number;
  readonly sync: boolean;
  readonly now: () => number;
  readonly state: JournalState;
  /** The newest segment can be continued. */
  readonly resumable: boolean;
}

/** Opens nothing yet: a journal that cannot be written can still be read. */
export function segmentWriter({
  folder,
  files,
  segmentBytes,
  sync,
  now,
  state,
  resumable,
}: SegmentWriterOptions): SegmentWriter {
  // Counters alone fill a segment too. It is left early, for those without records can be removed at once.
  const noteBytesMax = Math.max(4096, Math.floor(segmentBytes / 4));
  let active: Segment | undefined;
  let file: OpenFile | undefined;
  let resume = resumable;

  async function leave(): Promise<void> {
    const left = file;
    file = undefined;
    active = undefined;
    await left?.close().catch(() => undefined);
  }

  async function begin(): Promise<Segment> {
    resume = false;
    const nonce = freshNonce();
    const segment = newSegment(state.sequence + 1, state.next, nonce);
    const path = join(folder, segment.name);
    const head = { ...noteFrame(HEAD, state.next - 1, now(), JSON.stringify(summarise(state))), id: nonce.text };
    // Twice, for everything that was ever counted hangs on it.
    const bytes = Buffer.allocUnsafe(2 * frameBytes(head));
    writeFrame(head, nonce, bytes, writeFrame(head, nonce, bytes, 0));
    const opened = await openNew(path, files).catch(async (error) => {
      await leave();
      throw error;
    });
    try {
      await writeAll(opened, bytes, 0);
      if (sync) {
        await opened.sync();
        await syncFolder(folder, files);
      }
    } catch (error) {
      await opened.close().catch(() => undefined);
      await files.unlink(path).catch(() => undefined);
      // Should the file have stayed, its head says where the segment before it ends: nothing may be added to that any more.
      await leave();
      throw error;
    }
    await leave();
    state.sequence = segment.sequence;
    segment.bytes = bytes.length;
    segment.noteBytes = bytes.length;
    state.segments.push(segment);
    active = segment;
    file = opened;
    return segment;
  }

  async function continueLast(segment: Segment): Promise<Segment> {
    const opened = await files.open(join(folder, segment.name), "r+");
    try {
      await opened.truncate(segment.bytes);
    } catch (error) {
      await opened.close().catch(() => undefined);
      throw error;
    }
    file = opened;
    active = segment;
    resume = false;
    return segment;
  }

  return {
    async ready() {
      const last = state.segments.at(-1);
      if (active === undefined && resume && last !== undefined) return continueLast(last);
      if (active === undefined || active.bytes >= segmentBytes || active.noteBytes >= noteBytesMax) return begin();
      return active;
    },
    async write(bytes) {
      if (active === undefined || file === undefined) throw new Error("no segment is ready");
      const end = active.bytes;
      let written = false;
      try {
        await writeAll(file, bytes, end);
        written = true;
        // Somebody removed it, or its whole folder: what is in there ends with this process, however often it is synced.
        const removed = isRemoved(file, join(folder, active.name), files);
        removed.catch(() => undefined);
        if (sync) await file.datasync();
        if (await removed) throw new Error(`${active.name} was removed`);
      } catch (error) {
        const cut = await file.truncate(end).then(
          () => true,
          () => false,
        );
        // After a failed fsync the kernel may have thrown the pages away and call them clean, so that the next fsync
        // succeeds without them (https://wiki.postgresql.org/wiki/Fsync_Errors; Rebello et al., "Can Applications Recover
        // from fsync Failures?", USENIX ATC 2020). Nothing is written to this file again: the senders, who are told no,
        // write it anew, and it goes to a new one whose head says where this one ends.
        if (written || !cut) await leave();
        throw error;
      }
    },
    rotate: begin,
    close: leave,
  };
}

async function openNew(path: string, files: Files): Promise<OpenFile> {
  try {
    return await files.open(path, "wx+");
  } catch (error) {
    // Left behind by a beginning that failed and could not be undone: nothing in it was ever acknowledged.
    await files.unlink(path).catch(() => undefined);
    return files.open(path, "wx+").catch(() => {
      throw error;
    });
  }
}

// Some file systems count no links at all, so the name is looked for as well.
async function isRemoved(file: OpenFile, path: string, files: Files): Promise<boolean> {
  if ((await file.stat()).nlink > 0) return false;
  const found = await files.open(path, "r").catch((error) => {
    if (systemCode(error) !== "ENOENT") throw error;
  });
  await found?.close();
  return found === undefined;
}
