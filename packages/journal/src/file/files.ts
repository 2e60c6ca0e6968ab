import { mkdir, open, readdir, rename, unlink } from "node:fs/promises";

/** What the journal asks of an open file; `FileHandle` of Node has it. */
export interface OpenFile {
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  write(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  truncate(bytes: number): Promise<void>;
  stat(): Promise<{ size: number; nlink: number; isFile(): boolean }>;
  /** Makes the content durable. */
  datasync(): Promise<void>;
  /** Makes content and metadata durable. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What the journal asks of the file system: the place where tests let a disk fail. */
export interface Files {
  open(path: string, flags: "r" | "r+" | "wx+"): Promise<OpenFile>;
  readdir(path: string): Promise<string[]>;
  /** Makes a folder and those above it that are missing; resolves to the highest one made, undefined when there was none to make. */
  mkdir(path: string): Promise<string | undefined>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
}

/** The real ones. */
export const nodeFiles: Files = {
  open: (path, flags) => open(path, flags),
  readdir: (path) => readdir(path),
  mkdir: (path) => mkdir(path, { recursive: true }),
  rename: (from, to) => rename(from, to),
  unlink: (path) => unlink(path),
};

/** Writes all of `bytes` at `position`; a short write goes on where it ended. */
export async function writeAll(file: OpenFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** Reads up to `length` bytes at `position` into `buffer`; fewer only at the end of the file. */
export async function readFully(file: OpenFile, buffer: Uint8Array, length: number, position: number): Promise<number> {
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/** The system's code of an error, as `ENOSPC`; undefined when it has none. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
