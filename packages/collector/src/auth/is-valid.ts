import type { StoredKey } from "../store/sites.js";

/** Whether a key is believed now: a rotated one may be for a while beside the one that takes its place. */
export function isValid({ revokedAt }: Pick<StoredKey, "revokedAt">, now: number): boolean {
  return revokedAt === null || now < revokedAt;
}
