import { isIP } from "node:net";
import type { ConnectionOptions } from "mysql2";
import { readTlsFiles } from "../sql/tls-files.js";
import { tlsWords } from "../sql/tls-words.js";
import { UnfitAddress } from "../sql/unfit-address.js";

/** What each mode has the driver look at. */
const modes = {
  REQUIRED: { rejectUnauthorized: false, verifyIdentity: false },
  VERIFY_CA: { rejectUnauthorized: true, verifyIdentity: false },
  VERIFY_IDENTITY: { rejectUnauthorized: true, verifyIdentity: true },
} as const;

const words = ["ssl-mode", "ssl-ca", "ssl-cert", "ssl-key"] as const;

/**
 * An address as the driver takes it. `ssl-mode`, `ssl-ca`, `ssl-cert` and `ssl-key` mean what they mean to MySQL's own clients
 * (https://dev.mysql.com/doc/refman/8.0/en/connection-options.html#encrypted-connection-options); the driver knows none of
 * them, and would connect without TLS. Its own `ssl` is none of them: it looks at no name unless that is said apart. Throws where
 * they cannot be followed, and what reading a file throws.
 */
export function driverOptions(address: string): Pick<ConnectionOptions, "uri" | "ssl"> {
  const { rest, said } = tlsWords(address, words);
  const url = new URL(rest.replace(/^mariadb:/, "mysql:"));
  if (Object.keys(said).length === 0) return { uri: url.href };
  const { "ssl-ca": ca, "ssl-cert": cert, "ssl-key": key } = said;
  const mode = said["ssl-mode"]?.toUpperCase() ?? (ca === undefined ? "REQUIRED" : "VERIFY_CA");
  if (mode === "DISABLED") {
    if (ca ?? cert ?? key) throw new UnfitAddress("ssl-mode=DISABLED looks at no ssl-ca, ssl-cert or ssl-key");
    return { uri: url.href };
  }
  if (!isMode(mode)) throw new UnfitAddress("ssl-mode has to be DISABLED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY");
  if (mode === "REQUIRED" && ca !== undefined)
    throw new UnfitAddress("ssl-mode=REQUIRED looks at no ssl-ca: say VERIFY_CA or VERIFY_IDENTITY");
  if (mode === "VERIFY_CA" && ca === undefined)
    throw new UnfitAddress("ssl-mode=VERIFY_CA wants an ssl-ca: any name that a public authority vouches for would do");
  // The driver would compare the certificate with "localhost" instead.
  if (mode === "VERIFY_IDENTITY" && isIP(decodeURIComponent(url.hostname).replace(/^\[|\]$/g, "")) !== 0)
    throw new UnfitAddress("ssl-mode=VERIFY_IDENTITY wants a host's name, not its number");
  return { uri: url.href, ssl: { ...modes[mode], ...readTlsFiles({ ca, cert, key }) } };
}

function isMode(mode: string): mode is keyof typeof modes {
  return Object.hasOwn(modes, mode);
}
