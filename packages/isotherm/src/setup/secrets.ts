import { open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CommandError } from "../error.js";
import { makeFolder } from "../system/folders.js";

/** What this machine must remember in clear: the dashboard's key, and how its relay signs. */
export interface Secrets {
  readonly readKey?: string;
  readonly relay?: { readonly keyId: string; readonly secret: string };
  /** Keys of each site that pages hold: no secrets, but a lost database must not make strangers of those pages. */
  readonly publicKeys?: { readonly [site: string]: readonly string[] };
}

/** Where they are kept. */
export function secretsFile(data: string): string {
  return join(data, "secrets.json");
}

/** What is kept; empty when there is nothing yet. */
export async function readSecrets(data: string): Promise<Secrets> {
  const file = secretsFile(data);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new CommandError("config_unreadable", `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    const secrets: unknown = JSON.parse(text);
    if (typeof secrets !== "object" || secrets === null) throw new Error("not an object");
    return secrets;
  } catch (cause) {
    throw new CommandError("config_unreadable", `${file} is damaged: delete it, and the next start makes new keys`, {
      cause,
    });
  }
}

/** Replaces them in one step, readable by their owner alone. */
export async function writeSecrets(data: string, secrets: Secrets): Promise<void> {
  const file = secretsFile(data);
  await makeFolder(dirname(file));
  const draft = `${file}.${process.pid}`;
  const handle = await open(draft, "w", 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(secrets, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
