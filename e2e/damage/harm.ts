import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Frame, Segment } from "./frames.js";
import { segmentsIn } from "./frames.js";
import type { Random } from "./random.js";

/** Does something bad to the files of a journal that nobody has open. */
export type Harm = (folder: string, segments: readonly Segment[], random: Random) => void;

/** What a harm did, found by comparing the files with what they were. */
export interface Harmed {
  /** Ids of records of which a byte has changed or is gone. */
  readonly ids: ReadonlySet<string>;
  /** Records whose append's counters are gone: those behind the last head that is left, which sums up all before, freed ones too. */
  readonly uncounted: number;
}

/** Harms a journal, and answers what that took. */
export function inflict(harm: Harm, folder: string, random: Random): Harmed {
  const segments = segmentsIn(folder);
  harm(folder, segments, random);
  const ids = new Set<string>();
  let uncounted = segments[0]?.frames[0]?.place ?? 0;
  for (const { name, bytes, frames } of segments) {
    const path = join(folder, name);
    const now = canBeRead(path) ? readFileSync(path) : Buffer.alloc(0);
    const isWhole = ({ from, to }: Frame): boolean => now.subarray(from, to).equals(bytes.subarray(from, to));
    let appended = 0;
    for (const frame of frames) {
      if (frame.kind === "head") {
        if (isWhole(frame)) uncounted = 0;
        continue;
      }
      if (frame.kind === "note") continue;
      appended += 1;
      if (!isWhole(frame)) ids.add(frame.id);
      if (!frame.last) continue;
      if (!isWhole(frame)) uncounted += appended;
      appended = 0;
    }
  }
  return { ids, uncounted };
}

const canBeRead = (path: string): boolean =>
  existsSync(path) && statSync(path).isFile() && (statSync(path).mode & 0o400) !== 0;

/** A place in a journal. */
interface Spot {
  readonly segment: Segment;
  readonly frame: Frame;
  /** Byte of the segment. */
  readonly at: number;
}

/** Records at a journal's end that every run of a drill leaves there: how much before them is freed by then depends on time. */
const lasting = 150;

/**
 * A place that the dice alone decide, whatever lies around it: a byte of a record that is so many from the end, or, one time
 * in eight, of a head of its segment. Records are the same in each run, and so is what is hit.
 */
function spotIn(segments: readonly Segment[], random: Random): Spot {
  const records = segments.flatMap((segment) =>
    segment.frames.filter(({ kind }) => kind === "record").map((frame) => ({ segment, frame })),
  );
  const chosen = records.at(-1 - random.below(Math.min(lasting, records.length)));
  if (chosen === undefined) throw new Error("the journal has no record to harm");
  const { segment } = chosen;
  const heads = segment.frames.filter(({ kind }) => kind === "head");
  const head = heads[random.below(heads.length)];
  const frame = random.below(8) === 0 && head ? head : chosen.frame;
  return { segment, frame, at: frame.from + (random.below(mostBytes) % (frame.to - frame.from)) };
}

// More than a frame has: its own length may differ by a digit of a clock.
const mostBytes = 1_000_003;

const newest = (segments: readonly Segment[]): Segment => {
  const segment = segments.at(-1);
  if (segment === undefined) throw new Error("the journal has no segment to harm");
  return segment;
};

/** One of the newest segment's last records. */
function lateRecord(segments: readonly Segment[], random: Random): Frame {
  const records = newest(segments).frames.filter(({ kind }) => kind === "record");
  const record = records.at(-1 - random.below(Math.min(8, records.length)));
  if (record === undefined) throw new Error("the newest segment has no record to harm");
  return record;
}

/** Cuts a segment at any byte. */
export const cutAnywhere: Harm = (folder, segments, random) => {
  const { segment, at } = spotIn(segments, random);
  truncateSync(join(folder, segment.name), at);
};

/** Cuts the newest segment `offset` bytes behind the beginning of a record; a negative offset counts from its end. */
export const cutAt =
  (offset: number): Harm =>
  (folder, segments, random) => {
    const { from, to } = lateRecord(segments, random);
    truncateSync(join(folder, newest(segments).name), offset < 0 ? to + offset : from + offset);
  };

/** Flips bits anywhere. */
export const flip =
  (bits: number): Harm =>
  (folder, segments, random) => {
    for (let n = 0; n < bits; n++) {
      const { segment, at } = spotIn(segments, random);
      const path = join(folder, segment.name);
      const bytes = readFileSync(path);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      writeFileSync(path, bytes);
    }
  };

/** Empties a block, as a disk does that lost a write. */
export const zeroBlock: Harm = (folder, segments, random) => {
  const { segment, at } = spotIn(segments, random);
  const from = Math.floor(at / 4096) * 4096;
  const { name, bytes } = segment;
  writeFileSync(join(folder, name), Buffer.from(bytes).fill(0, from, Math.min(from + 4096, bytes.length)));
};

/** Writes garbage behind the end. */
export const garbage: Harm = (folder, segments, random) => {
  appendFileSync(join(folder, newest(segments).name), random.bytes(1 + random.below(8000)));
};

/** Writes behind the end what stands before it: frames with right checksums, in the wrong place. */
export const repeated: Harm = (folder, segments, random) => {
  const { name, bytes } = newest(segments);
  const { from } = lateRecord(segments, random);
  appendFileSync(join(folder, name), bytes.subarray(from, from + 5000));
};

/** Takes a segment away that has another before it. */
export const removed: Harm = (folder, segments, random) => {
  const { segment } = spotIn(segments, random);
  rmSync(join(folder, (segment === segments[0] ? segments[1] : segment)?.name ?? ""));
};

/** Takes the oldest segment away: to a start, that is one that was freed. */
export const removedOldest: Harm = (folder, segments) => {
  rmSync(join(folder, segments[0]?.name ?? ""));
};

/** Puts a folder where a segment was: what no one, root included, can read as a file. */
export const noFile: Harm = (folder, segments, random) => {
  const path = join(folder, spotIn(segments, random).segment.name);
  rmSync(path);
  mkdirSync(path);
};

/** Takes away the right to read a segment. */
export const forbidden: Harm = (folder, segments, random) => {
  chmodSync(join(folder, spotIn(segments, random).segment.name), 0o000);
};

/**
 * Empties a long stretch of each segment, far more than is read at once, writes over bytes here and there, and gives the
 * newest an end of nothing of `length` bytes, as a disk that has lost a size.
 */
export const ravaged =
  (length: number): Harm =>
  (folder, segments, random) => {
    for (const { name, frames } of segments) {
      const file = openSync(join(folder, name), "r+");
      const records = frames.filter(({ kind }) => kind === "record");
      const [first, last] = [1 / 3, 7 / 12].map((share) => records[Math.floor(records.length * share)]?.from ?? 0);
      writeSync(file, Buffer.alloc((last ?? 0) - (first ?? 0)), 0, undefined, first);
      for (let n = 0; n < 200; n++) {
        const { from, to } = records[random.below(records.length)] as Frame;
        writeSync(file, random.bytes(1), 0, 1, from + (random.below(mostBytes) % (to - from)));
      }
      closeSync(file);
    }
    truncateSync(join(folder, newest(segments).name), length);
  };
