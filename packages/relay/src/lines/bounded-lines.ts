import { type FileHandle, mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { halvesOf, syncFolder } from "./line-files.js";

/** Lines of text on disk within a bound, the oldest going first. */
export interface BoundedLines {
  /** Adds lines, each ended; where `sync` is on, durable when it resolves. Calls wait for each other. */
  append(lines: string): Promise<void>;
  close(): Promise<void>;
}

interface OpenFile {
  readonly handle: FileHandle;
  bytes: number;
}

/**
 * Lines in `<name>.ndjson`. When that has half of `maxBytes` it becomes `<name>.1.ndjson` in place of the older half,
 * which is gone then; `onRotate` is told before, with the file that goes.
 */
export function boundedLines(options: {
  readonly folder: string;
  readonly name: string;
  readonly maxBytes: number;
  readonly sync: boolean;
  readonly onRotate: (older: string, file: string) => Promise<void>;
}): BoundedLines {
  const { folder, name, maxBytes, sync, onRotate } = options;
  const [older = "", file = ""] = halvesOf(folder, name);
  let current: OpenFile | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const openFile = async (): Promise<OpenFile> => {
    await mkdir(folder, { recursive: true });
    const handle = await open(file, "a+", 0o600);
    const { size } = await handle.stat();
    // A synced file is lost with its name, or with that of its folder.
    if (size === 0 && sync) for (const directory of [folder, dirname(folder)]) await syncFolder(directory);
    return { handle, bytes: size + (await endLine(handle, size)) };
  };

  // A kill in mid-write leaves half a line; what comes next shall not become a part of it.
  const endLine = async (handle: FileHandle, size: number): Promise<number> => {
    if (size === 0) return 0;
    const { buffer } = await handle.read({ buffer: Buffer.alloc(1), position: size - 1 });
    return buffer.toString() === "\n" ? 0 : (await handle.write("\n")).bytesWritten;
  };

  const rotate = async ({ handle }: OpenFile): Promise<OpenFile> => {
    current = undefined;
    await handle.close();
    await onRotate(older, file);
    await rename(file, older);
    return openFile();
  };

  const write = async (lines: string): Promise<void> => {
    let at = current ?? (await openFile());
    if (at.bytes > maxBytes / 2) at = await rotate(at);
    current = at;
    const before = at.bytes;
    try {
      const { bytesWritten } = await at.handle.write(lines);
      at.bytes += bytesWritten;
      if (bytesWritten < Buffer.byteLength(lines)) throw new Error("the disk took only a part of the lines");
      if (sync) await at.handle.datasync();
    } catch (error) {
      // Half a line would spoil the next one.
      await at.handle.truncate(before).catch(() => {});
      at.bytes = before;
      throw error;
    }
  };

  return {
    append(lines) {
      const done = turn.then(() => write(lines));
      turn = done.catch(() => {});
      return done;
    },
    async close() {
      await turn;
      await current?.handle.close();
      current = undefined;
    },
  };
}
