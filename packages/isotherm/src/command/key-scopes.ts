import type { StoredKey } from "@isotherm/collector";
import { nearest } from "../config/nearest.js";
import { CommandError } from "../error.js";

/** What a read key may be made to open; who is a member is the organisation's to say. */
const scopes = ["stats", "visitors", "export", "erase", "keys"] as const;

/** Reads `--scopes`, as `stats,export`. Throws `usage_invalid` with the name that was probably meant. */
export function keyScopes(kind: StoredKey["kind"], text: string): NonNullable<StoredKey["scopes"]> {
  if (kind !== "read") throw new CommandError("usage_invalid", `--scopes: a ${kind} key has none; leave it out`);
  return text.split(",").map((part) => {
    const name = part.trim();
    const scope = scopes.find((one) => one === name);
    if (scope !== undefined) return scope;
    const meant = nearest(name, scopes);
    const fix = meant === undefined ? `choose of ${scopes.join(", ")}` : `did you mean ${meant}?`;
    throw new CommandError("usage_invalid", `--scopes: there is no scope ${JSON.stringify(name)}; ${fix}`);
  });
}
