import type { Position } from "../journal.js";
import { reportDamage } from "./damage-list.js";
import { fileWindow } from "./file-window.js";
import type { OpenFile } from "./files.js";
import type { FrameHeader } from "./frame.js";
import { FIRST, HEAD, HEADER_BYTES, LAST, NOTE, RECORD } from "./frame.js";
import { NO_NONCE } from "./nonce.js";
import type { FrameBody, Gap } from "./scan.js";
import { scan } from "./scan.js";
import type { Segment } from "./segment.js";
import { enterRecord } from "./segment.js";
import type { JournalState } from "./state.js";
import { applyHead, applyNote } from "./state.js";
import { parseSummary, parseTally } from "./summary.js";

/** One segment that is being read at start. */
export interface Replay {
  readonly file: OpenFile;
  readonly segment: Segment;
  /** Bytes of it that count. */
  readonly size: number;
  readonly state: JournalState;
  /** The place that was acknowledged last, as far as is known. */
  readonly acknowledged: Position;
  /** No segment comes after it. */
  readonly isNewest: boolean;
  /** Told how many of its bytes have been read. */
  readonly onRead: (bytes: number) => void;
}

interface OpenRecord {
  readonly id: string;
  readonly position: Position;
  readonly at: number;
  readonly from: number;
}

/** Brings `state` and `segment` to what the file says. `clean` is whether frames can be written right behind it. */
export async function replaySegment(replay: Replay): Promise<{ clean: boolean }> {
  const { file, segment, size, state, acknowledged, isNewest, onRead } = replay;
  const window = fileWindow(file, size, true, undefined, onRead);
  // Records of an append whose last one has not come by yet.
  let open: OpenRecord[] = [];
  let tailGap: Gap | undefined;
  let frames = 0;
  const begin = state.next;

  const settle = (): void => {
    for (const record of open) {
      enterRecord(segment, record.position, record.at, record.from);
      state.ids.add(record.id);
    }
    open = [];
  };
  const report = ({ from, to, reason }: { from: number; to: number; reason: string }): void =>
    reportDamage(state.damage, { file: segment.name, from, to, reason });

  function record({ flags, position, at, metaBytes }: FrameHeader, body: FrameBody): void {
    if ((flags & FIRST) !== 0) settle();
    if (position <= state.newest) {
      report({ from: body.from, to: body.to, reason: "order" });
      return;
    }
    open.push({ id: body.id(), position, at, from: body.from });
    state.newest = position;
    if ((flags & LAST) === 0) return;
    settle();
    if (metaBytes === 0) return;
    const tally = parseTally(body.meta());
    if (tally === undefined) report({ from: body.from, to: body.to, reason: "impossible" });
    else applyNote(state, { tally });
  }

  function summary({ kind, position }: FrameHeader, body: FrameBody): void {
    settle();
    segment.noteBytes += body.to - body.from;
    const said = parseSummary(body.meta(), position);
    if (said === undefined) report({ from: body.from, to: body.to, reason: "impossible" });
    else if (kind === NOTE) applyNote(state, said);
    else if (kind === HEAD) {
      reportMissing(replay, said.next);
      applyHead(state, said);
    }
  }

  /** Without a nonce anybody may have written the frame, but no more records stand before it than have room there. */
  const isPossible = ({ position }: FrameHeader, { from }: FrameBody): boolean =>
    segment.nonce !== NO_NONCE ||
    position <= Math.max(begin - 1 + Math.ceil((from + 1) / (HEADER_BYTES + 1)), acknowledged, state.next);

  await scan(window, segment.nonce, 0, size, {
    frame(header, body) {
      if (tailGap !== undefined) {
        report(tailGap);
        tailGap = undefined;
      }
      frames += 1;
      if (!isPossible(header, body)) report({ from: body.from, to: body.to, reason: "impossible" });
      else if (header.kind === RECORD) record(header, body);
      else summary(header, body);
      segment.bytes = body.to;
      return true;
    },
    gap(gap) {
      tailGap = gap;
    },
  });

  // An append that never ended, at the very end, and nothing of it known to be acknowledged: it was cut off by a crash,
  // its sender was told nothing, and will send it again. Its counters are lost with its last record, so its records go too.
  const newest = open.at(-1)?.position ?? state.newest;
  const cutOff = isNewest && open.length > 0 && newest > acknowledged;
  const end = cutOff ? (open[0]?.from ?? segment.bytes) : segment.bytes;
  if (cutOff) {
    state.newest = Math.max(0, (open[0]?.position ?? 1) - 1);
    open = [];
  }
  settle();
  segment.unreadable = window.unreadable;
  state.newest = Math.max(segment.last, ...state.segments.map(({ last }) => last));
  state.next = Math.max(state.next, state.newest + 1);

  const nothingLost = state.newest >= acknowledged;
  if (end < size || tailGap !== undefined) {
    const torn = isNewest && nothingLost;
    report({ from: end, to: size, reason: torn ? "torn" : (tailGap?.reason ?? "truncated") });
    segment.bytes = torn || cutOff ? end : size;
    return { clean: torn && frames > 0 };
  }
  return { clean: nothingLost && frames > 0 };
}

/** A head knows which place came next when it was written: whatever is not there up to it, and not reported, is gone. */
function reportMissing({ segment, state }: Replay, next: Position | undefined): void {
  if (next === undefined || state.newest === 0 || next <= state.newest + 1) return;
  const before = state.segments.at(-1);
  if (before !== undefined && state.damage.at(-1)?.file === before.name) return;
  const reason = `records ${state.newest + 1} to ${next - 1} are missing`;
  reportDamage(state.damage, { file: segment.name, from: 0, to: 0, reason });
}
