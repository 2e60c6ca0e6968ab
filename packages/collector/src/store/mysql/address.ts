import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "mysql2";

/** An address that says what cannot be done: asking again does not help. */
export class UnfitAddress extends Error {}

/** What an address says of TLS in the words of MySQL's own clients, each with what the driver is told. */
const modes: { readonly [mode: string]: { readonly rejectUnauthorized: boolean; readonly verifyIdentity: boolean } } = {
  REQUIRED: { rejectUnauthorized: false, verifyIdentity: false },
  VERIFY_CA: { rejectUnauthorized: true, verifyIdentity: false },
  VERIFY_IDENTITY: { rejectUnauthorized: true, verifyIdentity: true },
};

const files = { "ssl-ca": "ca", "ssl-cert": "cert", "ssl-key": "key" } as const;

/**
 * An address as the driver takes it. `ssl-mode`, `ssl-ca`, `ssl-cert` and `ssl-key` mean what they mean to MySQL's own clients
 * (https://dev.mysql.com/doc/refman/8.0/en/connection-options.html#encrypted-connection-options); the driver knows none of
 * them, and would connect without TLS. Throws `UnfitAddress`, and what reading a file throws.
 */
export function driverOptions(address: string): Pick<ConnectionOptions, "uri" | "ssl"> {
  const url = new URL(address.replace(/^mariadb:/, "mysql:"));
  const words = url.searchParams;
  const named = words.get("ssl-mode")?.toUpperCase();
  const told = Object.entries(files).flatMap(([word, field]) => {
    const path = words.get(word);
    return path === null ? [] : [[field, path] as const];
  });
  for (const word of ["ssl-mode", ...Object.keys(files)]) words.delete(word);
  const uri = url.href;
  if (named === undefined && told.length === 0) return { uri };
  if (named === "DISABLED") return { uri };
  // As MySQL's clients do where there is a file to go by; without one they would try, and go on without TLS.
  const mode = named ?? (told.some(([field]) => field === "ca") ? "VERIFY_CA" : "REQUIRED");
  const checks = modes[mode];
  if (checks === undefined)
    throw new UnfitAddress(
      `ssl-mode is DISABLED, ${Object.keys(modes)
        .join(", ")
        .replace(/, (\w+)$/, " or $1")}`,
    );
  const read = Object.fromEntries(told.map(([field, path]) => [field, readFileSync(path, "utf8")]));
  return { uri, ssl: { ...checks, ...read } };
}
