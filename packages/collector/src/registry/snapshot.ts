import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Registry } from "../store/sites.js";

const fileName = "registry.json";
const version = 1;

/** The registry as it was last seen, on disk, so that intake can start while the store is away. */
export interface Snapshot {
  /** Null when there is none, or none that can be read: a damaged snapshot is as good as no snapshot. */
  read(): Promise<Registry | null>;
  /** Replaces it in one step: a reader sees the old one or the new one, whole. */
  write(registry: Registry): Promise<void>;
}

/** A snapshot in `folder`, readable by its owner alone, because it holds the secrets of relays. */
export function snapshot(folder: string): Snapshot {
  const file = join(folder, fileName);
  return {
    async read() {
      try {
        return registryOf(JSON.parse(await readFile(file, "utf8")));
      } catch {
        return null;
      }
    },
    async write(registry) {
      await mkdir(folder, { recursive: true });
      const next = `${file}.next`;
      const handle = await open(next, "w", 0o600);
      try {
        await handle.writeFile(JSON.stringify({ v: version, ...registry }));
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await rename(next, file);
    },
  };
}

function registryOf(value: unknown): Registry | null {
  if (typeof value !== "object" || value === null) return null;
  const { v, sites, keys, organisations, members } = value as { readonly [field: string]: unknown };
  if (v !== version || !Array.isArray(sites) || !Array.isArray(keys)) return null;
  return {
    ...{ sites, keys },
    ...(Array.isArray(organisations) && { organisations }),
    ...(Array.isArray(members) && { members }),
  };
}
