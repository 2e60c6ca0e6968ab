import { join } from "node:path";
import type { Damage } from "../journal.js";
import { recentIds } from "../recent-ids.js";
import { reportDamage } from "./damage-list.js";
import { fileWindow } from "./file-window.js";
import type { Files, OpenFile } from "./files.js";
import { systemCode } from "./files.js";
import { findNonce } from "./find-nonce.js";
import { HEAD } from "./frame.js";
import { readMark } from "./mark.js";
import type { Nonce } from "./nonce.js";
import { nonceOf } from "./nonce.js";
import { replaySegment } from "./replay-segment.js";
import { scan } from "./scan.js";
import type { NamedSegment, Segment } from "./segment.js";
import { ASIDE, parseSegmentName } from "./segment.js";
import type { JournalState } from "./state.js";
import type { Summary } from "./summary.js";
import { parseSummary } from "./summary.js";

/** A journal as it was found on disk. */
export interface Recovered {
  readonly state: JournalState;
  /** The newest segment ends cleanly, once cut to its `bytes`: writing can go on in it. */
  readonly resumable: boolean;
  /** Every segment's file that was met, oldest first. */
  readonly files: readonly FoundFile[];
}

/** A segment's file as recovery met it. */
export interface FoundFile {
  readonly name: string;
  /** Bytes of it that count, damaged ones included; 0 when it could not be opened. */
  readonly bytes: number;
  /** Records in it that can be read. */
  readonly records: number;
}

/** What recovery is given. */
export interface RecoverOptions {
  readonly folder: string;
  readonly files: Files;
  readonly remember: number;
  /** Rename segments that cannot be opened, instead of only passing over them. */
  readonly setAside: boolean;
  /** Told, every 256 KiB, how many of the segments' bytes have been read. @default nobody */
  readonly onProgress?: (read: number, total: number) => void;
}

/**
 * Reads a whole folder and changes nothing in it, except for setting unreadable files aside. Memory is bounded by a
 * chunk, a frame, the remembered ids and one entry per 64 KiB kept.
 */
export async function recover(options: RecoverOptions): Promise<Recovered> {
  const { folder, files, remember, setAside, onProgress = () => undefined } = options;
  const { acknowledged, nonces } = await readMark(folder, files);
  const state = emptyState(remember);
  const named = (await files.readdir(folder))
    .map(parseSegmentName)
    .filter((parsed) => parsed !== undefined)
    .sort((left, right) => left.segment.sequence - right.segment.sequence);
  const { limits, total } = await survey(named, nonces, folder, files);
  const found: FoundFile[] = [];
  let resumable = false;
  let vanished = false;
  let done = 0;

  for (const [index, { segment, next, version, aside }] of named.entries()) {
    const { name } = segment;
    state.next = Math.max(state.next, next);
    state.sequence = segment.sequence;
    const isNewest = index === named.length - 1;
    let file: OpenFile | undefined;
    try {
      if (aside) throw new NotAFile();
      file = await files.open(join(folder, name), "r");
      const stat = await file.stat();
      if (!stat.isFile()) throw new NotAFile();
      const limit = limits.get(name);
      const size = Math.min(stat.size, limit ?? stat.size);
      const start = done;
      const onRead = (bytes: number): void => onProgress(start + bytes, Math.max(total, start + bytes));
      const { clean } = await replaySegment({ file, segment, size, state, acknowledged, isNewest, onRead });
      done += size;
      resumable = isNewest && clean && version === 2;
      if (limit !== undefined && limit > stat.size) {
        report(state, { file: name, from: stat.size, to: limit, reason: "truncated" });
      }
      state.segments.push(segment);
      found.push({ name, bytes: size, records: segment.records });
    } catch (error) {
      if (systemCode(error) === "ENOENT") {
        // Trimmed by the writer whose journal is being looked at, with all before it: of that, nothing is missing.
        state.newest = 0;
        vanished ||= isNewest;
        continue;
      }
      if (!isHopeless(error)) throw error;
      const kept = setAside && !aside ? await moveAside(folder, name, files) : name;
      report(state, { file: kept, from: 0, to: 0, reason: "unreadable" });
      found.push({ name: kept, bytes: 0, records: 0 });
    } finally {
      await file?.close().catch(() => undefined);
    }
  }

  const last = state.next - 1;
  if (acknowledged > last && !vanished) {
    const tail = state.segments.at(-1);
    const at = tail?.bytes ?? 0;
    report(state, {
      file: tail?.name ?? folder,
      from: at,
      to: at,
      reason: `records ${last + 1} to ${acknowledged} are missing`,
    });
  }
  const cursors = [...state.readers.values()].map(({ position, ahead }) => ahead?.at(-1)?.[1] ?? position);
  state.next = Math.max(state.next, acknowledged + 1, state.floor + 1, ...cursors.map((cursor) => cursor + 1));
  return { state, resumable, files: found };
}

function emptyState(remember: number): JournalState {
  return {
    segments: [],
    sequence: 0,
    next: 1,
    newest: 0,
    tally: new Map(),
    readers: new Map(),
    dropped: 0,
    floor: 0,
    ids: recentIds(remember),
    damage: [],
    failing: null,
  };
}

function report(state: JournalState, damage: Damage): void {
  reportDamage(state.damage, damage);
}

/**
 * How much of each segment is valid, as the head of the one after it says (what a failed write left behind is not), and
 * how many bytes there are to read. Tells each segment its nonce, of which the head after it knows too.
 */
async function survey(
  named: readonly NamedSegment[],
  marked: readonly Nonce[],
  folder: string,
  files: Files,
): Promise<{ limits: Map<string, number>; total: number }> {
  const limits = new Map<string, number>();
  let total = 0;
  const known = new Map<string, Nonce | undefined>();
  for (const { segment, version, aside } of named.toReversed()) {
    if (aside) continue;
    const others = [known.get(segment.name), ...marked].filter((nonce) => nonce !== undefined);
    const { prior, size } = await readHead(segment, version === 1 ? undefined : others, folder, files);
    total += size;
    if (prior === undefined) continue;
    limits.set(prior.name, prior.bytes);
    known.set(prior.name, nonceOf(prior.nonce ?? ""));
  }
  return { limits, total };
}

async function readHead(
  segment: Segment,
  nonces: readonly Nonce[] | undefined,
  folder: string,
  files: Files,
): Promise<{ prior?: Summary["prior"]; size: number }> {
  let file: OpenFile | undefined;
  let prior: Summary["prior"];
  let size = 0;
  try {
    file = await files.open(join(folder, segment.name), "r");
    size = (await file.stat()).size;
    if (nonces !== undefined) segment.nonce = await findNonce(file, size, nonces);
    await scan(fileWindow(file, size, true, 16 * 1024), segment.nonce, 0, size, {
      frame({ kind, position }, body) {
        if (kind === HEAD) prior = parseSummary(body.meta(), position)?.prior;
        return false;
      },
      gap() {},
    });
  } catch {
    return { size: 0 };
  } finally {
    await file?.close().catch(() => undefined);
  }
  return { ...(prior && { prior }), size };
}

class NotAFile extends Error {}

// Anything else, as too many open files or too little memory, says nothing about the segment, and ends the start.
const HOPELESS = new Set(["EIO", "EACCES", "EPERM", "EISDIR", "ELOOP", "ENXIO", "EUCLEAN", "EBADMSG"]);

function isHopeless(error: unknown): boolean {
  return error instanceof NotAFile || HOPELESS.has(systemCode(error) ?? "");
}

async function moveAside(folder: string, name: string, files: Files): Promise<string> {
  const aside = `${name}${ASIDE}`;
  try {
    await files.rename(join(folder, name), join(folder, aside));
    return aside;
  } catch {
    return name;
  }
}
