import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ResolvedConfig } from "../config/resolved.js";
import { folders } from "../system/folders.js";
import type { Prepared } from "./prepare.js";
import { readSecrets } from "./secrets.js";

/** Whether a collector on this data folder remembers its sites and keys. */
export function remembersKeys(data: string): boolean {
  return existsSync(join(folders(data).collector, "registry.json"));
}

/**
 * What `prepare` found or made at an earlier start, without its store; null where that is not enough for a relay and a
 * collector to take anything.
 */
export async function knownLast({ sites, data }: Pick<ResolvedConfig, "sites" | "data">): Promise<Prepared | null> {
  const { readKey, relay, publicKeys = {} } = await readSecrets(data);
  if (readKey === undefined || relay === undefined || !remembersKeys(data)) return null;
  const known = sites.flatMap((site) => {
    const [publicKey] = publicKeys[site.id] ?? [];
    return publicKey === undefined ? [] : [{ site, publicKey }];
  });
  return { sites: known, readKey, relay, made: [] };
}
