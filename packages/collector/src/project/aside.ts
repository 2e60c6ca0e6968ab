import { mkdir, open, readFile, rename, truncate } from "node:fs/promises";
import { dirname, join } from "node:path";
import { jsonLine } from "@isotherm/protocol";
import { CollectorError } from "../collector-error.js";

/** Records that the store does not take, kept until it does. */
export interface Aside {
  /** How many lie there. */
  count(): number;
  /**
   * Puts a record there, on disk, with the reason; one that lies there already does not lie there twice. Rejects with
   * `aside_full` once there are 64 MiB of them.
   */
  put(record: Uint8Array, reason: string, at: number): Promise<void>;
  /**
   * Offers each to `take` once more; what it resolves to true for is no longer here. Once the signal aborts, the others
   * stay. Rejects when `take` does, and then all of them stay.
   */
  retry(take: (record: Uint8Array) => Promise<boolean>, signal: AbortSignal): Promise<void>;
}

const fileName = "aside.ndjson";
const mostBytes = 64 * 1_024 * 1_024;
// A character for each byte: what can be read by nobody is not for us to change.
const encoding = "latin1";

/** Keeps records in `folder`, a line of JSON each: `at` in ms since 1970, `reason`, and the record in Base64. */
export async function openAside(folder: string): Promise<Aside> {
  const file = join(folder, fileName);
  let lines = await read(file);
  let bytes = textOf(lines).length;
  return {
    count: () => lines.length,
    async put(record, reason, at) {
      const base64 = Buffer.from(record).toString("base64");
      if (lines.some((line) => line.endsWith(`"record":"${base64}"}`))) return;
      const line = Buffer.from(jsonLine({ at, reason, record: base64 })).toString(encoding);
      if (bytes + line.length + 1 > mostBytes)
        throw new CollectorError("aside_full", `${file} is full of records that the store does not take: ${reason}`);
      const made = await mkdir(folder, { recursive: true });
      if (made !== undefined) await syncFolder(dirname(made));
      bytes = await append(file, bytes, textOf([line]));
      lines = [...lines, line];
    },
    async retry(take, signal) {
      const left: string[] = [];
      for (const line of lines) {
        const record = signal.aborted ? null : recordOf(line);
        if (record === null || !(await take(record))) left.push(line);
      }
      if (left.length === lines.length) return;
      await replace(file, textOf(left));
      lines = left;
      bytes = textOf(left).length;
    },
  };
}

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

function recordOf(line: string): Uint8Array | null {
  try {
    return Buffer.from((JSON.parse(line) as { readonly record: string }).record, "base64");
  } catch {
    return null;
  }
}

async function read(file: string): Promise<readonly string[]> {
  const text = await readFile(file, encoding).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  // A line without an end is one that was being written when the machine died: its record is still in the journal.
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) await truncate(file, whole.length);
  return whole.split("\n").filter(Boolean);
}

/** Appends to a file of which the first `whole` bytes are whole lines, synced with its name; resolves to its size. */
async function append(file: string, whole: number, text: string): Promise<number> {
  const handle = await open(file, "a", 0o600);
  try {
    const { size } = await handle.stat();
    const before = Math.min(size, whole);
    // What an attempt left that failed would become a part of this line.
    if (size > before) await handle.truncate(before);
    if (before === 0) await syncFolder(dirname(file));
    await handle.writeFile(text, encoding);
    await handle.datasync();
    return before + text.length;
  } finally {
    await handle.close();
  }
}

async function replace(file: string, text: string): Promise<void> {
  const handle = await open(`${file}.next`, "w", 0o600);
  try {
    await handle.writeFile(text, encoding);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.next`, file);
  await syncFolder(dirname(file));
}

/** A synced file is lost with its name: a folder has to be synced as well. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}
