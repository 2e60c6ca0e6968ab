import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
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
  /** Records whose append's counters are gone: those behind the last head that is left, which sums up all before. */
  readonly uncounted: number;
}

/** Harms a journal, and answers what that took. */
export function inflict(harm: Harm, folder: string, random: Random): Harmed {
  const segments = segmentsIn(folder);
  harm(folder, segments, random);
  const ids = new Set<string>();
  let uncounted = 0;
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

const newest = (segments: readonly Segment[]): Segment => {
  const segment = segments.at(-1);
  if (segment === undefined) throw new Error("the journal has no segment to harm");
  return segment;
};

const oneOf = <T>(all: readonly T[], random: Random): T => all[random.below(all.length)] as T;

/** Cuts a segment at any byte. */
export const cutAnywhere: Harm = (folder, segments, random) => {
  const { name, bytes } = oneOf(segments, random);
  truncateSync(join(folder, name), random.below(bytes.length));
};

/** Cuts the newest segment `offset` bytes behind the beginning of a record; a negative offset counts from its end. */
export const cutAt =
  (offset: number): Harm =>
  (folder, segments, random) => {
    const { name, frames } = newest(segments);
    const { from, to } = oneOf(
      frames.filter(({ kind }) => kind === "record"),
      random,
    );
    truncateSync(join(folder, name), offset < 0 ? to + offset : from + offset);
  };

/** Flips bits anywhere. */
export const flip =
  (bits: number): Harm =>
  (folder, segments, random) => {
    for (let n = 0; n < bits; n++) {
      const path = join(folder, oneOf(segments, random).name);
      const bytes = readFileSync(path);
      const at = random.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      writeFileSync(path, bytes);
    }
  };

/** Empties a block, as a disk does that lost a write. */
export const zeroBlock: Harm = (folder, segments, random) => {
  const { name, bytes } = oneOf(segments, random);
  const from = random.below(Math.ceil(bytes.length / 4096)) * 4096;
  writeFileSync(join(folder, name), Buffer.from(bytes).fill(0, from, Math.min(from + 4096, bytes.length)));
};

/** Writes garbage behind the end. */
export const garbage: Harm = (folder, segments, random) => {
  appendFileSync(join(folder, newest(segments).name), random.bytes(1 + random.below(8000)));
};

/** Writes behind the end what stands in the middle: frames with right checksums, in the wrong place. */
export const repeated: Harm = (folder, segments, random) => {
  const { name, bytes } = newest(segments);
  const from = random.below(bytes.length);
  appendFileSync(join(folder, name), bytes.subarray(from, from + 5000));
};

/** Takes a segment away that has another before it. */
export const removed: Harm = (folder, segments, random) => {
  rmSync(join(folder, oneOf(segments.slice(1), random).name));
};

/** Takes the oldest segment away: to a start, that is one that was freed. */
export const removedOldest: Harm = (folder, segments) => {
  rmSync(join(folder, segments[0]?.name ?? ""));
};

/** Puts a folder where a segment was: what no one, root included, can read as a file. */
export const noFile: Harm = (folder, segments, random) => {
  const path = join(folder, oneOf(segments, random).name);
  rmSync(path);
  mkdirSync(path);
};

/** Takes away the right to read a segment. */
export const forbidden: Harm = (folder, segments, random) => {
  chmodSync(join(folder, oneOf(segments, random).name), 0o000);
};
