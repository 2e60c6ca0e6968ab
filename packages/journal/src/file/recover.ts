import { join } from "node:path";
import type { Damage } from "../journal.js";
import { recentIds } from "../recent-ids.js";
import { reportDamage } from "./damage-list.js";
import { fileWindow } from "./file-window.js";
import type { Files, OpenFile } from "./files.js";
import { systemCode } from "./files.js";
import { HEAD } from "./frame.js";
import { readMark } from "./mark.js";
import { replaySegment } from "./replay-segment.js";
import { scan } from "./scan.js";
import type { Segment } from "./segment.js";
import { parseSegmentName } from "./segment.js";
import type { JournalState, Summary } from "./state.js";
import { parseSummary } from "./state.js";

/** A journal as it was found on disk. */
export interface Recovered {
  readonly state: JournalState;
  /** The newest segment ends cleanly, once cut to its `bytes`: writing can go on in it. */
  readonly resumable: boolean;
}

/** What recovery is given. */
export interface RecoverOptions {
  readonly folder: string;
  readonly files: Files;
  readonly remember: number;
  /** Rename segments that cannot be opened, instead of only passing over them. */
  readonly setAside: boolean;
}

/**
 * Reads a whole folder and changes nothing in it, except for setting unreadable files aside. Memory is bounded by a
 * chunk, a frame, the remembered ids and one entry per 64 KiB kept.
 */
export async function recover({ folder, files, remember, setAside }: RecoverOptions): Promise<Recovered> {
  const acknowledged = await readMark(folder, files);
  const state = emptyState(remember);
  const found = (await files.readdir(folder))
    .map(parseSegmentName)
    .filter((parsed) => parsed !== undefined)
    .sort((left, right) => left.segment.sequence - right.segment.sequence);
  const limits = await priorLimits(
    found.map(({ segment }) => segment),
    folder,
    files,
  );
  let resumable = false;

  for (const [index, { segment, next }] of found.entries()) {
    state.next = Math.max(state.next, next);
    state.sequence = segment.sequence;
    const isNewest = index === found.length - 1;
    let file: OpenFile | undefined;
    try {
      file = await files.open(join(folder, segment.name), "r");
      const stat = await file.stat();
      if (!stat.isFile()) throw new NotAFile();
      const limit = limits.get(segment.name);
      const size = Math.min(stat.size, limit ?? stat.size);
      const { clean } = await replaySegment({ file, segment, size, state, acknowledged, isNewest });
      resumable = isNewest && clean;
      if (limit !== undefined && limit > stat.size) {
        report(state, { file: segment.name, from: stat.size, to: limit, reason: "truncated" });
      }
      state.segments.push(segment);
    } catch (error) {
      // Trimmed by the writer whose journal is being looked at.
      if (systemCode(error) === "ENOENT") continue;
      if (!isHopeless(error)) throw error;
      const name = setAside ? await moveAside(folder, segment.name, files) : segment.name;
      report(state, { file: name, from: 0, to: 0, reason: "unreadable" });
    } finally {
      await file?.close().catch(() => undefined);
    }
  }

  const last = state.next - 1;
  if (acknowledged > last) {
    const tail = state.segments.at(-1);
    const at = tail?.bytes ?? 0;
    report(state, {
      file: tail?.name ?? folder,
      from: at,
      to: at,
      reason: `records ${last + 1} to ${acknowledged} are missing`,
    });
  }
  const cursors = [...state.readers.values()].map(({ position }) => position);
  state.next = Math.max(state.next, acknowledged + 1, state.floor + 1, ...cursors.map((cursor) => cursor + 1));
  return { state, resumable };
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

/** How much of each segment is valid, as the head of the one after it says: what a failed write left behind is not. */
async function priorLimits(segments: readonly Segment[], folder: string, files: Files): Promise<Map<string, number>> {
  const limits = new Map<string, number>();
  for (const { name } of segments) {
    const prior = (await readHead(join(folder, name), files))?.prior;
    if (prior !== undefined) limits.set(prior.name, prior.bytes);
  }
  return limits;
}

async function readHead(path: string, files: Files): Promise<Summary | undefined> {
  let file: OpenFile | undefined;
  let head: Summary | undefined;
  try {
    file = await files.open(path, "r");
    const { size } = await file.stat();
    await scan(fileWindow(file, size, true, 16 * 1024), 0, size, {
      frame({ kind }, body) {
        if (kind === HEAD) head = parseSummary(body.meta());
        return false;
      },
      gap() {},
    });
  } catch {
    return undefined;
  } finally {
    await file?.close().catch(() => undefined);
  }
  return head;
}

class NotAFile extends Error {}

// Anything else, as too many open files or too little memory, says nothing about the segment, and ends the start.
const HOPELESS = new Set(["EIO", "EACCES", "EPERM", "EISDIR", "ELOOP", "ENXIO", "EUCLEAN", "EBADMSG"]);

function isHopeless(error: unknown): boolean {
  return error instanceof NotAFile || HOPELESS.has(systemCode(error) ?? "");
}

async function moveAside(folder: string, name: string, files: Files): Promise<string> {
  const aside = `${name}.unreadable`;
  try {
    await files.rename(join(folder, name), join(folder, aside));
    return aside;
  } catch {
    return name;
  }
}
