import { basename, join } from "node:path";
import { configNames, writeConfigFile } from "../config/file.js";
import type { IsothermConfig, SiteConfig } from "../config/options.js";
import type { ResolvedConfig } from "../config/resolved.js";
import { resolveSites } from "../config/sites.js";
import { CommandError } from "../error.js";
import { randomPath } from "./path.js";
import { type Random, systemRandom } from "./random.js";
import { schemaAddress } from "./schema-address.js";

/** A configuration that has paths and a site, and the file that they were written to; `file` is null when nothing was. */
export interface Completed {
  readonly config: ResolvedConfig;
  readonly paths: { readonly intake: string; readonly script: string };
  readonly file: string | null;
}

/**
 * Chooses what a configuration must hold for good and does not hold yet (the relay's paths, the site that was asked
 * for, or a first one), and writes it to the JSON file, made if need be. Asked again, it changes nothing.
 */
export async function complete(
  config: ResolvedConfig,
  wanted: Partial<SiteConfig> = {},
  random: Random = systemRandom,
): Promise<Completed> {
  const { intake = randomPath(random), script = randomPath(random) } = config.relay.paths ?? {};
  const paths = { intake, script };
  checkDistinct(paths);
  const added = newSites(config, wanted);
  const known = config.relay.paths?.intake !== undefined && config.relay.paths.script !== undefined;
  if (known && added.length === 0) return { config, paths, file: null };

  const sites = [...config.sites, ...resolveSites(added, "init")];
  const { $schema, data, sites: before = [], relay, ...others } = config.written;
  const file = config.file ?? join(config.folder, configNames[0]);
  const next: IsothermConfig = {
    $schema: $schema ?? (await schemaAddress(config.folder)),
    ...(data === undefined ? {} : { data }),
    sites: [...before, ...added],
    ...others,
    relay: { ...relay, paths: { ...relay?.paths, ...paths } },
  };
  if (!file.endsWith(".json")) {
    const lines = JSON.stringify({ sites: next.sites, relay: next.relay });
    throw new CommandError("setup_missing", `${file}: isotherm writes only JSON; add this by hand: ${lines}`);
  }
  await writeConfigFile(file, next);
  return { config: { ...config, file, written: next, sites, relay: { ...config.relay, paths } }, paths, file };
}

function newSites(config: ResolvedConfig, wanted: Partial<SiteConfig>): readonly SiteConfig[] {
  const { id = slug(wanted.name ?? basename(config.folder)), ...rest } = wanted;
  const asked = wanted.id !== undefined && !config.sites.some((site) => site.id === wanted.id);
  if (config.sites.length > 0 && !asked) return [];
  const { timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone, name = id, origins = ["*"], ...others } = rest;
  return [{ id, name, timeZone, origins, ...others }];
}

function slug(name: string): string {
  const plain = name
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "-");
  return plain.replace(/^-+/, "").slice(0, 63).replace(/-+$/, "") || "site";
}

function checkDistinct({ intake, script }: { readonly intake: string; readonly script: string }): void {
  if (intake === script || intake.startsWith(`${script}/`) || script.startsWith(`${intake}/`)) {
    throw new CommandError(
      "config_invalid",
      `relay.paths: intake (${intake}) and script (${script}) must not be the same nor lie inside each other`,
    );
  }
}
