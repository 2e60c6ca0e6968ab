import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { ConnectionOptions } from "mysql2";
import { checkCertificates, tlsWords, UnfitAddress } from "../sql/tls.js";

/** What each mode has the driver look at. */
const modes = {
  REQUIRED: { rejectUnauthorized: false, verifyIdentity: false },
  VERIFY_CA: { rejectUnauthorized: true, verifyIdentity: false },
  VERIFY_IDENTITY: { rejectUnauthorized: true, verifyIdentity: true },
} as const;

const files = { "ssl-ca": "ca", "ssl-cert": "cert", "ssl-key": "key" } as const;
const words = ["ssl", "ssl-mode", "ssl-ca", "ssl-cert", "ssl-key"] as const;

/**
 * An address as the driver takes it. `ssl-mode`, `ssl-ca`, `ssl-cert` and `ssl-key` mean what they mean to MySQL's own clients
 * (https://dev.mysql.com/doc/refman/8.0/en/connection-options.html#encrypted-connection-options); the driver knows none of
 * them, and would connect without TLS. Throws where they cannot be followed, and what reading a file throws.
 */
export function driverOptions(address: string): Pick<ConnectionOptions, "uri" | "ssl"> {
  const url = new URL(address.replace(/^mariadb:/, "mysql:"));
  const { ssl: own, ...said } = tlsWords(url.searchParams, words);
  if (Object.keys(said).length === 0) return { uri: url.href };
  // Which of the two should be followed nobody can know.
  if (own !== undefined) throw new UnfitAddress("ssl is the driver's, and stands beside no ssl-mode or its files");
  for (const word of words) url.searchParams.delete(word);
  const ca = said["ssl-ca"];
  const mode = said["ssl-mode"]?.toUpperCase() ?? (ca === undefined ? "REQUIRED" : "VERIFY_CA");
  if (mode === "DISABLED") return { uri: url.href };
  if (!isMode(mode)) throw new UnfitAddress(`ssl-mode has to be DISABLED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY`);
  if (mode === "REQUIRED" && ca !== undefined)
    throw new UnfitAddress("ssl-mode=REQUIRED looks at no ssl-ca: say VERIFY_CA or VERIFY_IDENTITY");
  if (mode === "VERIFY_CA" && ca === undefined)
    throw new UnfitAddress("ssl-mode=VERIFY_CA wants an ssl-ca: any name that a public authority vouches for would do");
  // The driver would compare the certificate with "localhost" instead.
  if (mode === "VERIFY_IDENTITY" && isIP(url.hostname.replace(/^\[|\]$/g, "")) !== 0)
    throw new UnfitAddress("ssl-mode=VERIFY_IDENTITY wants a host's name, not its number");
  const read: { [field: string]: string } = {};
  for (const [word, field] of Object.entries(files)) {
    const path = said[word as keyof typeof files];
    if (path !== undefined) read[field] = readFileSync(path, "utf8");
  }
  checkCertificates(read);
  return { uri: url.href, ssl: { ...modes[mode], ...read } };
}

function isMode(mode: string): mode is keyof typeof modes {
  return Object.hasOwn(modes, mode);
}
