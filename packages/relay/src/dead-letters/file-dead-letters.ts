import { type FileHandle, mkdir, open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Log } from "../log.js";
import type { DeadLetter, DeadLetters } from "./dead-letters.js";
import { letterLine } from "./letter-line.js";

interface OpenFile {
  readonly handle: FileHandle;
  readonly file: string;
  bytes: number;
}

/**
 * One NDJSON file per target, `<target>.ndjson`, synced before a write resolves. When it has half of `maxBytes` it becomes
 * `<target>.1.ndjson` in place of the older half, which is gone then; the log says so.
 */
export function fileDeadLetters(options: {
  readonly folder: string;
  readonly maxBytes: number;
  readonly log: Log;
}): DeadLetters {
  const { folder, maxBytes, log } = options;
  const files = new Map<string, OpenFile>();
  let turn: Promise<unknown> = Promise.resolve();

  const openFile = async (target: string): Promise<OpenFile> => {
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${target}.ndjson`);
    const handle = await open(file, "a+", 0o600);
    const { size } = await handle.stat();
    if (size === 0) await syncNames();
    return { handle, file, bytes: size + (await endLine(handle, size)) };
  };

  // A synced file is lost with its name, or with that of its folder.
  const syncNames = async (): Promise<void> => {
    for (const name of [folder, dirname(folder)]) {
      const directory = await open(name, "r");
      await directory.sync().finally(() => directory.close());
    }
  };

  // A kill in mid-write leaves half a line; what comes next shall not become a part of it.
  const endLine = async (handle: FileHandle, size: number): Promise<number> => {
    if (size === 0) return 0;
    const { buffer } = await handle.read({ buffer: Buffer.alloc(1), position: size - 1 });
    return buffer.toString() === "\n" ? 0 : (await handle.write("\n")).bytesWritten;
  };

  const rotate = async (target: string, { handle, file }: OpenFile): Promise<OpenFile> => {
    files.delete(target);
    await handle.close();
    await rename(file, join(folder, `${target}.1.ndjson`));
    log.error({ target, file }, "dead letters reached their bound; the older half, if there was one, is gone");
    return openFile(target);
  };

  const append = async (target: string, lines: string): Promise<void> => {
    let current = files.get(target) ?? (await openFile(target));
    if (current.bytes > maxBytes / 2) current = await rotate(target, current);
    files.set(target, current);
    const before = current.bytes;
    try {
      const { bytesWritten } = await current.handle.write(lines);
      current.bytes += bytesWritten;
      if (bytesWritten < Buffer.byteLength(lines)) throw new Error("the disk took only a part of the dead letters");
      await current.handle.datasync();
    } catch (error) {
      // Half a line would spoil the next one.
      await current.handle.truncate(before).catch(() => {});
      current.bytes = before;
      throw error;
    }
  };

  const write = async (letters: readonly DeadLetter[]): Promise<void> => {
    const byTarget = new Map<string, string>();
    for (const letter of letters) byTarget.set(letter.target, (byTarget.get(letter.target) ?? "") + letterLine(letter));
    for (const [target, lines] of byTarget) await append(target, lines);
  };

  return {
    write(letters) {
      const done = turn.then(() => write(letters));
      turn = done.catch(() => {});
      return done;
    },
    async close() {
      await turn;
      for (const { handle } of files.values()) await handle.close();
      files.clear();
    },
  };
}
