import { checkRecord } from "../check-record.js";
import type { AppendResult, JournalRecord, Position, Range, ReaderState, Tally } from "../journal.js";
import { JournalError } from "../journal-error.js";
import { advanced, rewound } from "../reader-state.js";
import { addToTotals, checkTally } from "../tally.js";
import type { Frame } from "./frame.js";
import { FIRST, frameBytes, HEADER_BYTES, LAST, NOTE, RECORD, writeFrame } from "./frame.js";
import type { Nonce } from "./nonce.js";
import type { Segment } from "./segment.js";
import { enterRecord } from "./segment.js";
import type { JournalState } from "./state.js";
import { applyNote, keptBytes, readerOf, unknownReader } from "./state.js";
import type { WriteBuffer } from "./write-buffer.js";

/** What a group of callers wants written, before any of it is. Nothing of the state changes until `apply`. */
export interface Stage {
  append(records: readonly JournalRecord[], tally?: (result: AppendResult) => Tally): AppendResult;
  advance(name: string, position: Position, tally: Tally, ahead: readonly Range[]): void;
  rewind(name: string, position: Position, tally: Tally): void;
  forget(name: string): void;
  drop(count: number, floor: Position): void;
  /** Bytes that records will take. */
  readonly recordBytes: number;
  /** There is nothing to write. */
  readonly isEmpty: boolean;
  /** All of it as frames of a segment with this nonce, in bytes of this buffer. */
  encode(nonce: Nonce, buffer: WriteBuffer): Buffer;
  /** Brings the state to what was written into `segment` at `offset`. */
  apply(segment: Segment, offset: number): void;
}

const NOTHING = new Uint8Array(0);

/** A record's frame, measured once. */
interface RecordFrame extends Frame {
  readonly bytes: number;
}

/** Begins a group. `room` is how many bytes of records may still be taken, `largest` what an empty journal takes. */
export function createStage(state: JournalState, now: () => number, room: number, largest: number): Stage {
  const frames: RecordFrame[] = [];
  const ids = new Set<string>();
  const readers = new Map<string, ReaderState | null>();
  /** Counters of appends without records, and of all appends. */
  const noted = new Map<string, number>();
  const counted = new Map<string, number>();
  let next = state.next;
  let recordBytes = 0;
  let dropped = 0;
  let floor = state.floor;
  let noteSize = 0;

  const hasDropped = (): boolean => dropped > 0 || floor !== state.floor;
  const hasNote = (): boolean => noted.size > 0 || readers.size > 0 || hasDropped();

  const currentReader = (name: string): ReaderState => {
    const staged = readers.get(name);
    return staged === null ? unknownReader(state) : (staged ?? readerOf(state, name));
  };

  function recordFrames(records: readonly JournalRecord[], tally: string): RecordFrame[] {
    const at = now();
    return records.map(({ id, data }, index) => {
      const isLast = index === records.length - 1;
      const flags = (index === 0 ? FIRST : 0) | (isLast ? LAST : 0);
      const meta = isLast ? tally : "";
      const bytes = frameBytes({ id, meta, data });
      return { kind: RECORD, flags, position: next + index, at, id, meta, data, bytes };
    });
  }

  return {
    get recordBytes() {
      return recordBytes;
    },
    append(records, count) {
      const fresh = new Map<string, JournalRecord>();
      const duplicates: string[] = [];
      for (const record of records) {
        checkRecord(record);
        if (fresh.has(record.id) || ids.has(record.id) || state.ids.has(record.id)) duplicates.push(record.id);
        else fresh.set(record.id, record);
      }
      const result: AppendResult = { stored: fresh.size, duplicates };
      const tally = count?.(result) ?? {};
      checkTally(tally);
      if (fresh.size === 0) {
        addToTotals(noted, tally);
        addToTotals(counted, tally);
        return result;
      }
      const meta = Object.keys(tally).length === 0 ? "" : JSON.stringify(tally);
      const added = recordFrames([...fresh.values()], meta);
      const size = added.reduce((sum, { bytes }) => sum + bytes, 0);
      if (size > largest) {
        throw new JournalError("record_too_large", `${size} bytes never fit; append less at once, or raise maxBytes`);
      }
      if (recordBytes + size > room) {
        throw new JournalError("journal_full", "the journal has reached maxBytes; let its readers go on, and trim it");
      }
      frames.push(...added);
      recordBytes += size;
      addToTotals(counted, tally);
      next += added.length;
      for (const id of fresh.keys()) ids.add(id);
      return result;
    },
    advance(name, position, tally, ahead) {
      readers.set(name, advanced(name, currentReader(name), position, tally, ahead, state.next - 1));
    },
    rewind(name, position, tally) {
      readers.set(name, rewound(name, currentReader(name), position, tally, state.next - 1));
    },
    forget(name) {
      readers.set(name, null);
    },
    drop(count, upTo) {
      dropped += count;
      floor = Math.max(floor, upTo);
    },
    get isEmpty() {
      return frames.length === 0 && !hasNote();
    },
    encode(nonce, buffer) {
      const note = {
        ...(noted.size === 0 ? {} : { tally: Object.fromEntries(noted) }),
        ...(readers.size === 0 ? {} : { readers: Object.fromEntries(readers) }),
        ...(hasDropped() ? { dropped: state.dropped + dropped, floor } : {}),
      };
      const last = hasNote() ? noteFrame(NOTE, next - 1, now(), JSON.stringify(note)) : undefined;
      noteSize = last === undefined ? 0 : frameBytes(last);
      const bytes = buffer(recordBytes + noteSize);
      let end = 0;
      for (const frame of frames) end = writeFrame(frame, nonce, bytes, end);
      if (last !== undefined) writeFrame(last, nonce, bytes, end);
      return bytes;
    },
    apply(segment, offset) {
      let at = offset;
      for (const frame of frames) {
        enterRecord(segment, frame.position, frame.at, at);
        state.ids.add(frame.id);
        at += frame.bytes;
      }
      segment.bytes = at + noteSize;
      segment.noteBytes += noteSize;
      state.next = next;
      if (frames.length > 0) state.newest = next - 1;
      applyNote(state, {
        tally: Object.fromEntries(counted),
        readers: Object.fromEntries(readers),
        dropped: state.dropped + dropped,
        floor,
      });
    },
  };
}

/** A frame without a record: a head or a note. */
export function noteFrame(kind: number, position: Position, at: number, meta: string): Frame {
  return { kind, flags: FIRST | LAST, position, at, id: "", meta, data: NOTHING };
}

/** Bytes that are left for records. */
export function roomLeft(state: JournalState, maxBytes: number): number {
  return Math.max(0, maxBytes - keptBytes(state) - HEADER_BYTES);
}
