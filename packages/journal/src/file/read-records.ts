import { join } from "node:path";
import type { Position, ReadLimit, StoredRecord } from "../journal.js";
import { JournalError } from "../journal-error.js";
import { fileWindow } from "./file-window.js";
import type { Files, OpenFile } from "./files.js";
import { systemCode } from "./files.js";
import { RECORD } from "./frame.js";
import { scan } from "./scan.js";
import type { Segment } from "./segment.js";
import { offsetBefore } from "./segment.js";

const CHUNK_BYTES = 256 * 1024;

/**
 * Up to `limit` records after `after`, out of `segments`. Damaged ranges are passed over; a segment whose file is not there
 * too, and `onMissing` is told.
 */
export async function readRecords(
  segments: readonly Segment[],
  { folder, files }: { readonly folder: string; readonly files: Files },
  after: Position,
  limit: ReadLimit,
  onMissing: (segment: Segment) => void = () => undefined,
): Promise<StoredRecord[]> {
  const found: StoredRecord[] = [];
  let size = 0;
  let full = limit.records < 1;
  let last = after;

  for (const segment of segments) {
    if (full) break;
    if (segment.records === 0 || segment.last <= last) continue;
    const file = await openSegment(join(folder, segment.name), files);
    if (file === undefined) {
      onMissing(segment);
      continue;
    }
    try {
      const end = segment.bytes;
      const chunk = Math.min(CHUNK_BYTES, limit.bytes - size + 4096);
      const window = fileWindow(file, end, segment.unreadable, chunk);
      await scan(window, segment.nonce, offsetBefore(segment, last), end, {
        frame({ kind, position, at, idBytes, metaBytes, bodyBytes }, body) {
          // What the start found impossible lies beyond the segment's last place.
          if (kind !== RECORD || position <= last || position > segment.last) return true;
          const bytes = bodyBytes - idBytes - metaBytes;
          full = found.length > 0 && size + bytes > limit.bytes;
          if (full) return false;
          found.push({ id: body.id(), data: body.data(), position, at });
          size += bytes;
          last = position;
          full = found.length >= limit.records;
          return !full;
        },
        gap() {},
      });
    } catch (error) {
      throw new JournalError("journal_unreadable", `${segment.name} cannot be read: ${String(error)}`, error);
    } finally {
      await file.close().catch(() => undefined);
    }
  }
  return found;
}

async function openSegment(path: string, files: Files): Promise<OpenFile | undefined> {
  try {
    return await files.open(path, "r");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw new JournalError("journal_unreadable", `${path} cannot be opened: ${String(error)}`, error);
  }
}
