import { JournalError } from "../journal-error.js";
import { lowestCursor } from "../reader-state.js";
import type { FolderLock } from "./folder-lock.js";
import { lockFolder } from "./folder-lock.js";
import type { Mark } from "./mark.js";
import { openMark } from "./mark.js";
import type { FileJournalSettings } from "./options.js";
import { probeFolder } from "./probe-folder.js";
import { recover } from "./recover.js";
import type { Reserve } from "./reserve.js";
import { openReserve } from "./reserve.js";
import { letGo, planDrop, planTidy, planTrim, removeFiles } from "./retention.js";
import type { Segment } from "./segment.js";
import type { SegmentWriter } from "./segment-writer.js";
import { segmentWriter } from "./segment-writer.js";
import type { Stage } from "./stage.js";
import { createStage, roomLeft } from "./stage.js";
import type { JournalState } from "./state.js";
import { writeBuffer } from "./write-buffer.js";

/** The journal behind its queue: one call at a time, except for `state`. */
export interface JournalWriter {
  readonly state: JournalState;
  begin(): Promise<Stage>;
  finish(stage: Stage): Promise<void>;
  /** Whether a trim would do anything; to be asked at any time. */
  canTrim(before: number): boolean;
  trim(before: number): Promise<number>;
  /** After a failure: tries whether what failed would work now, and takes it back if so. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/** Everything that only the owner of the folder's lock has. */
interface Ownership {
  readonly lock: FolderLock;
  readonly writer: SegmentWriter;
  readonly mark: Mark;
  readonly reserve: Reserve;
}

const RESERVE_BYTES = 256 * 1024;

// What is tried out after a failure: as much as failed, but no more than a small disk would take piece by piece.
const PROBE_BYTES_MIN = 4096;
const PROBE_BYTES_MAX = 128 * 1024;

// Trimming the segment that is being written costs a new one, which must be worth it.
const TRIM_AGE_MS = 60 * 60 * 1000;

/** Recovers a folder and takes it over. Where it cannot be locked for want of a writable disk, each group tries again. */
export async function journalWriter(settings: FileJournalSettings): Promise<JournalWriter> {
  const { folder, files, maxBytes, segmentBytes, full, maxAge, sync, now, remember } = settings;
  const buffer = writeBuffer();
  let owned: Ownership | undefined;
  let state: JournalState;
  let leftovers: readonly Segment[] = [];
  /** Bytes of records in the writes that have failed since one with records worked. */
  let refused = 0;

  async function own(): Promise<Ownership> {
    const lock = await lockFolder(folder);
    try {
      const recovered = await recover({ folder, files, remember, setAside: true });
      state = recovered.state;
      leftovers = letGo(
        state,
        state.segments.filter(({ records, last }) => records > 0 && last <= state.floor),
      );
      await clear([]);
      const writer = segmentWriter({ folder, files, segmentBytes, sync, now, state, resumable: recovered.resumable });
      const reserve = await openReserve(folder, files, Math.min(RESERVE_BYTES, Math.floor(maxBytes / 16)));
      return { lock, writer, mark: openMark(folder, files), reserve };
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Removes segments and answers how many records went with them. Files that cannot be removed now are tried again. */
  async function clear(segments: readonly Segment[]): Promise<number> {
    const gone = letGo(state, segments);
    leftovers = await removeFiles([...leftovers, ...gone], settings);
    return gone.reduce((sum, { records }) => sum + records, 0);
  }

  function fail(error: unknown, recordBytes = 0): JournalError {
    refused = Math.max(refused, recordBytes);
    if (error instanceof JournalError) {
      state.failing = error.message;
      return error;
    }
    const reason = error instanceof Error ? error.message : String(error);
    state.failing = reason;
    return new JournalError("journal_unwritable", `the journal in ${folder} cannot be written: ${reason}`, error);
  }

  function worked(): void {
    state.failing = null;
    refused = 0;
  }

  async function write(stage: Stage, { writer, mark, reserve }: Ownership): Promise<void> {
    const youngest = now() - maxAge;
    const drop = planDrop(state, stage.recordBytes, full === "refuse" ? Number.POSITIVE_INFINITY : maxBytes, youngest);
    const newest = state.segments.at(-1);
    if (newest !== undefined && newest.records > 0 && drop.segments.includes(newest)) await writer.rotate();
    if (drop.count > 0 || drop.floor > state.floor) stage.drop(drop.count, drop.floor);

    if (stage.isEmpty) return;
    const put = async (): Promise<Segment> => {
      const segment = await writer.ready();
      const offset = segment.bytes;
      await writer.write(stage.encode(segment.nonce, buffer));
      stage.apply(segment, offset);
      return segment;
    };
    const segment = stage.recordBytes === 0 ? await reserve.help(put) : await put();
    // A cursor may still find room where no record does.
    if (stage.recordBytes > 0 || refused === 0) worked();
    mark.set(state.next - 1, segment.nonce);
    await clear([...drop.segments, ...planTidy(state)]);
  }

  /** What every known reader has passed of what is up to `before`, and whether that is worth a new segment. */
  function planRoom(before: number): { bound: number; rotates: boolean } {
    const bound = Math.min(before, lowestCursor(state.readers.values()));
    const newest = state.segments.at(-1);
    const passed = newest !== undefined && newest.records > 0 && newest.last <= bound;
    // Where nothing more can be written, no new segment is too dear: what was passed may be all that fills the disk.
    const worth = state.failing !== null || newest === undefined || newest.bytes >= segmentBytes / 4;
    return { bound, rotates: passed && (worth || now() - newest.firstAt >= TRIM_AGE_MS) };
  }

  try {
    owned = await own();
  } catch (error) {
    if (error instanceof JournalError) throw error;
    state = await readOnly(settings);
    fail(error);
  }

  return {
    get state() {
      return state;
    },
    async begin() {
      try {
        owned ??= await own();
      } catch (error) {
        throw fail(error);
      }
      const largest = maxBytes - segmentBytes;
      return createStage(state, now, full === "refuse" ? roomLeft(state, maxBytes) : largest, largest);
    },
    async finish(stage) {
      try {
        if (owned !== undefined) await write(stage, owned);
      } catch (error) {
        throw fail(error, stage.recordBytes);
      }
    },
    canTrim(before) {
      if (leftovers.length > 0) return true;
      const { bound, rotates } = planRoom(before);
      return rotates || planTrim(state, bound).some((segment) => segment !== state.segments.at(-1));
    },
    async trim(before) {
      if (owned === undefined) return 0;
      const { bound, rotates } = planRoom(before);
      let failure: JournalError | undefined;
      if (rotates) {
        await owned.reserve.help(owned.writer.rotate).catch((error) => {
          failure = fail(error);
        });
      }
      const freed = await clear(planTrim(state, bound));
      // What lies before the newest segment can go without one: on a full disk that is the way out.
      if (failure !== undefined && freed === 0) throw failure;
      if (freed > 0) await owned.reserve.renew();
      return freed;
    },
    async probe() {
      if (state.failing === null) return;
      owned ??= await own();
      await probeFolder(folder, files, Math.min(Math.max(refused, PROBE_BYTES_MIN), PROBE_BYTES_MAX));
      worked();
    },
    async close() {
      await owned?.mark.close();
      await owned?.writer.close();
      await owned?.lock.release();
      owned = undefined;
    },
  };
}

async function readOnly({ folder, files, remember }: FileJournalSettings): Promise<JournalState> {
  try {
    return (await recover({ folder, files, remember, setAside: false })).state;
  } catch (error) {
    throw new JournalError("journal_unreadable", `the journal in ${folder} cannot be read: ${String(error)}`, error);
  }
}
