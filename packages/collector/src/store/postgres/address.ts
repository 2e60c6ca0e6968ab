import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type { ClientConfig } from "pg";
import { readTlsFiles } from "../sql/tls-files.js";
import { type TlsWords, tlsWords } from "../sql/tls-words.js";
import { UnfitAddress } from "../sql/unfit-address.js";

const words = ["ssl", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslnegotiation", "channel_binding"] as const;
type Said = TlsWords<(typeof words)[number]>["said"];

/** What each mode looks at; `no-verify` is node-postgres's name for what looks at nothing. */
const modes: { readonly [mode: string]: ConnectionOptions } = {
  "no-verify": { rejectUnauthorized: false },
  require: { rejectUnauthorized: false },
  "verify-ca": { rejectUnauthorized: true, checkServerIdentity: () => undefined },
  "verify-full": { rejectUnauthorized: true },
};

/**
 * An address as the driver takes it. Words of TLS mean what they mean to PostgreSQL's own clients
 * (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNECT-SSLMODE), the driver's own `ssl=true` what
 * `verify-full` does. Throws where they cannot be followed, and what reading a file throws.
 */
export function driverOptions(address: string): Pick<ClientConfig, "connectionString" | "ssl"> {
  const { rest, said } = tlsWords(address, words);
  const { sslrootcert, sslcert: cert, sslkey: key, sslnegotiation } = said;
  const mode = modeOf(said);
  if (mode === undefined) return { connectionString: rest, ssl: false };
  const ca = sslrootcert === "system" ? undefined : sslrootcert;
  const shown = readTlsFiles({ ca, cert, key });
  const host = hostOf(rest);
  // A certificate may stand for a number too; the driver tells Node names alone, which would compare it with "localhost".
  const ssl = { ...modes[mode], ...shown, ...(isIP(host) !== 0 && { host }) };
  const more = sslnegotiation === undefined ? "" : `${rest.includes("?") ? "&" : "?"}sslnegotiation=${sslnegotiation}`;
  return { connectionString: rest + more, ssl };
}

/** The mode that is followed; undefined without TLS. */
function modeOf(said: Said): string | undefined {
  const { ssl, sslmode, sslrootcert: ca, sslcert, sslkey, sslnegotiation, channel_binding: binding } = said;
  if (ssl !== undefined && (ssl !== "true" || sslmode !== undefined))
    throw new UnfitAddress("ssl may be true, beside no sslmode; sslmode=verify-full says the same");
  const files = ca ?? sslcert ?? sslkey;
  const named = sslmode ?? ((ssl ?? files) ? "verify-full" : process.env.PGSSLMODE || undefined);
  if (named === undefined || named === "disable") {
    if (files ?? sslnegotiation ?? (binding === "require" ? binding : undefined))
      throw new UnfitAddress("without TLS none of its other words can be followed: say sslmode=verify-full");
    return undefined;
  }
  if (!Object.hasOwn(modes, named))
    throw new UnfitAddress("sslmode (or PGSSLMODE) has to be disable, require, verify-ca or verify-full");
  if (named === "no-verify" && ca !== undefined)
    throw new UnfitAddress("sslmode=no-verify looks at no sslrootcert: say verify-ca or verify-full");
  if (ca === "system" && named !== "verify-full")
    throw new UnfitAddress("sslrootcert=system goes with sslmode=verify-full alone");
  if (named === "verify-ca" && ca === undefined)
    throw new UnfitAddress(
      "sslmode=verify-ca wants an sslrootcert: any name that a public authority vouches for would do",
    );
  // The driver cannot insist on what binds the password to the line, so the certificate has to prove as much.
  if (binding === "require") return "verify-full";
  return named === "require" && ca !== undefined ? "verify-ca" : named;
}

/** The host that is connected to, as far as it is named by its number; else whatever. */
function hostOf(address: string): string {
  const [base = "", query] = address.split("?");
  const named = new URLSearchParams(query).get("host");
  const [, inside = ""] = /^\w+:\/\/(?:[^/]*@)?(\[[^\]]*\]|[^/:]*)/.exec(base) ?? [];
  return (named ?? decodeURIComponent(inside)).replace(/^\[|\]$/g, "");
}
