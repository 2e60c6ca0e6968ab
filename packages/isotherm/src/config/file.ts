import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CommandError } from "../error.js";
import type { IsothermConfig } from "./options.js";

/** The names that are looked for in the working folder, in this order. */
export const configNames = ["isotherm.config.json", "isotherm.config.mjs"] as const;

/** What a configuration file holds, unchecked. */
export interface ConfigFile {
  /** Absolute. */
  readonly file: string;
  readonly content: unknown;
}

/** Reads the named file, or the first known one in `folder`; null when there is none and none was named. */
export async function readConfigFile(folder: string, named: string | undefined): Promise<ConfigFile | null> {
  if (named !== undefined) {
    const file = resolve(folder, named);
    if (!(await exists(file))) {
      throw new CommandError("config_unreadable", `--config: ${file} does not exist`);
    }
    return { file, content: await load(file) };
  }
  for (const name of configNames) {
    const file = join(folder, name);
    if (await exists(file)) return { file, content: await load(file) };
  }
  return null;
}

/** Replaces a JSON configuration in one step: a crash leaves the old one or the new one. */
export async function writeConfigFile(file: string, config: IsothermConfig): Promise<void> {
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}`);
  try {
    await writeFile(draft, `${JSON.stringify(config, null, 2)}\n`);
    await rename(draft, file);
  } catch (cause) {
    throw new CommandError("folder_unwritable", `${file} cannot be written: ${reason(cause)}`, { cause });
  }
}

async function load(file: string): Promise<unknown> {
  try {
    if (file.endsWith(".json")) return JSON.parse(await readFile(file, "utf8"));
    const module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
    if (module.default !== undefined) return module.default;
  } catch (cause) {
    throw new CommandError("config_unreadable", `${file}: ${reason(cause)}`, { cause });
  }
  throw new CommandError("config_unreadable", `${file}: must have a default export, as export default { … }`);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

function reason(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n", 1)[0] ?? "";
}
