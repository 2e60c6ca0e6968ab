import { type Command, InvalidArgumentError } from "commander";
import { strangers } from "../config/environment.js";
import type { IsothermConfig, ProxyConfig } from "../config/options.js";
import { resolveConfig } from "../config/resolve.js";
import type { ResolvedConfig } from "../config/resolved.js";
import type { Context } from "../context.js";

/** Flags that every command knows. */
export interface CommonFlags {
  readonly config?: string;
  readonly data?: string;
}

/** Adds the flags that every command knows. */
export function common(command: Command): Command {
  return command
    .option("-c, --config <file>", "configuration to read instead of isotherm.config.json or .mjs")
    .option("-d, --data <folder>", "folder for journals, the database and secrets (default: ./isotherm-data)");
}

/** Reads the configuration under the flags, and says what looks like a misspelt variable. */
export async function configOf(
  { cwd, environment, terminal }: Context,
  { config, data }: CommonFlags,
  flags: IsothermConfig = {},
): Promise<ResolvedConfig> {
  for (const line of strangers(environment)) terminal.note(`warning: ${line}`);
  return resolveConfig({ cwd, environment, file: config, flags: data === undefined ? flags : { ...flags, data } });
}

/** A port number, 0 for any free one. */
export function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65_535) return value;
  throw new InvalidArgumentError("A port is a whole number from 0 (any free one) to 65535.");
}

/** `/=http://127.0.0.1:3000`, as often as wanted. */
export function proxy(text: string, before: readonly ProxyConfig[] = []): readonly ProxyConfig[] {
  const [, path, to] = /^(\/[^=]*)=(https?:\/\/.+)$/.exec(text) ?? [];
  if (path !== undefined && to !== undefined) return [...before, { path, to }];
  throw new InvalidArgumentError("Write it as <path>=<address>, as /=http://127.0.0.1:3000.");
}

/** A flag that may be given several times. */
export function several(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** A whole number that is not negative. */
export function whole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give a whole number.");
}
