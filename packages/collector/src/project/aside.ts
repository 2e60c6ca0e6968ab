import { mkdir, open, readFile, rename, truncate } from "node:fs/promises";
import { join } from "node:path";
import { CollectorError } from "../collector-error.js";

/** Records that the store does not take, kept until it does. */
export interface Aside {
  /** How many lie there. */
  count(): number;
  /** Puts a record there, on disk, with the reason. Rejects with `aside_full` once there are 64 MiB of them. */
  put(record: Uint8Array, reason: string, at: number): Promise<void>;
  /** Offers each to `take` once more; what it takes is no longer here. */
  retry(take: (record: Uint8Array) => Promise<unknown>): Promise<void>;
}

const fileName = "aside.ndjson";
const mostBytes = 64 * 1_024 * 1_024;

/** Keeps records in `folder`, a line of JSON each: `at` in ms since 1970, `reason`, and the record in Base64. */
export async function openAside(folder: string): Promise<Aside> {
  const file = join(folder, fileName);
  let lines = await read(file);
  return {
    count: () => lines.length,
    async put(record, reason, at) {
      const line = JSON.stringify({ at, reason, record: Buffer.from(record).toString("base64") });
      const bytes = lines.reduce((sum, { length }) => sum + length + 1, line.length + 1);
      if (bytes > mostBytes)
        throw new CollectorError("aside_full", `${file} is full of records that the store does not take: ${reason}`);
      await mkdir(folder, { recursive: true });
      await write(file, "a", `${line}\n`);
      lines = [...lines, line];
    },
    async retry(take) {
      const left: string[] = [];
      for (const line of lines) {
        try {
          const { record } = JSON.parse(line) as { readonly record: string };
          await take(Buffer.from(record, "base64"));
        } catch {
          // As it is: what can be read by nobody is not for us to delete.
          left.push(line);
        }
      }
      if (left.length === lines.length) return;
      await write(`${file}.next`, "w", left.map((line) => `${line}\n`).join(""));
      await rename(`${file}.next`, file);
      lines = left;
    },
  };
}

async function read(file: string): Promise<readonly string[]> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  // A line without an end is one that was being written when the machine died: its record is still in the journal.
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) await truncate(file, Buffer.byteLength(whole));
  return whole.split("\n").filter(Boolean);
}

async function write(file: string, flags: "a" | "w", text: string): Promise<void> {
  const handle = await open(file, flags, 0o600);
  try {
    await handle.writeFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
