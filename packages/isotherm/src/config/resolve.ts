import { dirname, join, resolve } from "node:path";
import { CommandError } from "../error.js";
import { checkAuth, checked } from "./check.js";
import { fromEnvironment } from "./environment.js";
import { readConfigFile } from "./file.js";
import type { IsothermConfig } from "./options.js";
import type { ResolvedCollector, ResolvedConfig, ResolvedRelay } from "./resolved.js";
import { resolveSites } from "./sites.js";

/** Where a configuration comes from. */
export interface ConfigSources {
  /** Working folder. */
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  /** What flags set, over everything else. @default {} */
  readonly flags?: IsothermConfig;
  /** A file to read instead of the known names. @default ISOTHERM_CONFIG */
  readonly file?: string | undefined;
}

/** Reads the file, lays environment and flags over it, refuses what is wrong, and fills in defaults. */
export async function resolveConfig({ cwd, environment, flags = {}, file }: ConfigSources): Promise<ResolvedConfig> {
  const read = await readConfigFile(cwd, file ?? environment.ISOTHERM_CONFIG);
  const folder = read === null ? cwd : dirname(read.file);
  if (read !== null) checked(read.content, read.file);
  const written = (read?.content ?? {}) as IsothermConfig;
  const set = fromEnvironment(environment) as IsothermConfig;
  // Each source is checked alone first, so that the message names the one to mend.
  checked(set, "environment");
  checked(flags, "flags");
  const config = checked(overlay(overlay(written, set), flags), read?.file ?? "configuration");
  checkAuth(config.collector?.auth ?? {}, read?.file ?? "configuration");
  const data =
    (flags.data ?? set.data) === undefined ? resolve(folder, config.data ?? "") : resolve(cwd, config.data ?? "");
  const collector = config.collector as ResolvedCollector;
  return {
    folder,
    file: read?.file ?? null,
    written,
    data,
    log: config.log ?? "warn",
    sites: resolveSites(config.sites ?? [], "sites"),
    relay: config.relay as ResolvedRelay,
    collector: {
      ...collector,
      database:
        collector.database === undefined ? join(data, "collector", "isotherm.db") : resolve(folder, collector.database),
      adminKey: adminKeyOf(environment),
      places: collector.places.map((file) => resolve(folder, file)),
    },
  };
}

const adminKeyLength = 24;

function adminKeyOf({ ISOTHERM_ADMIN_KEY: key }: NodeJS.ProcessEnv): string | null {
  if (key === undefined || key === "") return null;
  if (key.length >= adminKeyLength) return key;
  const fix = "make one with: openssl rand -base64 32";
  throw new CommandError(
    "config_invalid",
    `ISOTHERM_ADMIN_KEY: must have ${adminKeyLength} characters at least; ${fix}`,
  );
}

/** `over` wins field by field; lists are replaced as a whole. */
function overlay<T extends object>(under: T, over: object): T {
  const result = { ...under } as { [name: string]: unknown };
  for (const [name, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const below = result[name];
    result[name] = isObject(value) && isObject(below) ? overlay(below, value) : value;
  }
  return result as T;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
