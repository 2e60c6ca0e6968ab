import { createReadStream } from "node:fs";
import { open, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sha256 } from "@isotherm/protocol/signature";

/** The two files of a bounded list of lines, the older half first. */
export const halvesOf = (folder: string, name: string): readonly string[] => [
  join(folder, `${name}.1.ndjson`),
  join(folder, `${name}.ndjson`),
];

/** A line, and what it is recognised by, whatever file it has been moved to meanwhile. */
export interface Line {
  readonly text: string;
  readonly hash: string;
}

/** The lines of files, one after the other, in bounded memory; a file that is not there has none. */
export async function* linesOf(files: readonly string[]): AsyncGenerator<Line> {
  for (const file of files) {
    if (!(await isThere(file))) continue;
    for await (const text of textsOf(file)) {
      if (text !== "") yield { text, hash: await hashOf(text) };
    }
  }
}

/** A line ends at a byte 10 and nowhere else; readline ends them at characters too that JSON may hold (Node 24 and later). */
async function* textsOf(file: string): AsyncGenerator<string> {
  let begun: Buffer[] = [];
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...begun, chunk.subarray(start, end)]).toString();
      begun = [];
      start = end + 1;
    }
    if (start < chunk.length) begun.push(chunk.subarray(start));
  }
  if (begun.length > 0) yield Buffer.concat(begun).toString();
}

/** What becomes of lines, by their hashes: another text in the line's place, or null where it goes. */
export type LineChanges = { readonly [hash: string]: string | null };

/** Changes files so that after a crash each is as it was or as it shall be. Nobody else may be writing them. */
export async function changeLines(files: readonly string[], changes: LineChanges): Promise<void> {
  for (const file of files) {
    if (!(await isThere(file))) continue;
    const fresh = `${file}.new`;
    const handle = await open(fresh, "w", 0o600);
    try {
      let text = "";
      for await (const line of linesOf([file])) {
        const change = Object.hasOwn(changes, line.hash) ? changes[line.hash] : line.text;
        if (change !== null) text += `${change}\n`;
        if (text.length < 1_048_576) continue;
        await handle.appendFile(text);
        text = "";
      }
      await handle.appendFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, file);
    await syncFolder(dirname(file));
  }
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const directory = await open(folder, "r");
  await directory.sync().finally(() => directory.close());
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );

const hashOf = async (text: string): Promise<string> => (await sha256(text)).slice(0, 32);
