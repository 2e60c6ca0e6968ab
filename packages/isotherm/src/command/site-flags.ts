import type { Command } from "commander";
import type { SiteConfig } from "../config/options.js";
import type { ResolvedConfig } from "../config/resolved.js";
import { several } from "./flags.js";

/** Flags that describe a site. */
export interface SiteFlags {
  readonly site?: string;
  readonly name?: string;
  readonly origin?: readonly string[];
  readonly timeZone?: string;
}

/** Adds the flags that describe a site. */
export function siteFlags(command: Command): Command {
  return command
    .option("--site <id>", "the site's id: small letters, digits and dashes (default: from its name)")
    .option("--name <name>", "what people read (default: this folder's name)")
    .option(
      "--origin <origin>",
      "origin whose pages may send, as https://shop.example; repeatable (default: any)",
      several,
    )
    .option("--time-zone <zone>", "IANA time zone in which its days begin (default: this machine's)");
}

/** The site that the flags ask for. */
export function siteOf({ site, name, origin, timeZone }: SiteFlags): Partial<SiteConfig> {
  return {
    ...(site === undefined ? {} : { id: site }),
    ...(name === undefined ? {} : { name }),
    ...(origin === undefined ? {} : { origins: origin }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
}

/** Why flags that describe a site otherwise than it is change nothing; undefined when there are none. */
export function withoutEffect(flags: SiteFlags, { sites, file }: ResolvedConfig, adds: boolean): string | undefined {
  const { site, name, origin, timeZone } = flags;
  const known = sites.find(({ id }) => site === undefined || id === site) ?? (adds ? undefined : sites[0]);
  if (known === undefined) return undefined;
  const otherwise = [
    ...(site === undefined || site === known.id ? [] : ["--site"]),
    ...(name === undefined || name === known.name ? [] : ["--name"]),
    ...(origin === undefined || origin.join() === known.origins.join() ? [] : ["--origin"]),
    ...(timeZone === undefined || timeZone === known.timeZone ? [] : ["--time-zone"]),
  ];
  if (otherwise.length === 0) return undefined;
  return `${otherwise.join(", ")} changed nothing: the site ${known.id} is there; change it in ${file ?? "the configuration"}`;
}
