import { appendFile, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Relay, RelayOptions } from "@isotherm/relay";
import { createEdgeRelay } from "@isotherm/relay/edge";
import { fileSnapshot } from "../../src/briefing/file-snapshot.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Which core `startRelay` starts: that of Node, or the one without Node. */
    core: "node" | "edge";
  }
}

/** The core without Node under the options of the one with it: what that does itself with its folder is handed in. */
export async function edgeRelay(options: RelayOptions): Promise<Relay> {
  const { folder, sdkFolder, deadLetterBytes: _, ...shared } = options;
  const letters = join(folder, "dead-letters");
  const { journal } = options;
  const { script, ...relay } = await createEdgeRelay({
    ...shared,
    ...(journal.durability === "memory" && { durability: "memory" }),
    script: await filesIn(sdkFolder),
    snapshot: fileSnapshot(join(folder, "briefing.json")),
    async deadLetters(lines) {
      await mkdir(letters, { recursive: true });
      for (const line of lines) await appendFile(join(letters, `${JSON.parse(line).target}.ndjson`), line);
    },
  });
  if (script === null) throw new Error("a relay with files has a script");
  return { ...relay, script };
}

/** The files of a folder, by their names. */
export async function filesIn(folder: string): Promise<{ readonly [file: string]: Uint8Array }> {
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, new Uint8Array(await readFile(join(folder, name)))] as const)),
  );
}
