import type { ConnectionOptions } from "node:tls";
import type { ClientConfig } from "pg";
import { readTlsFiles, type TlsPaths } from "../sql/tls-files.js";
import { type TlsWords, tlsWords } from "../sql/tls-words.js";
import { UnfitAddress } from "../sql/unfit-address.js";

const words = [
  ...(["ssl", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslnegotiation"] as const),
  ...(["channel_binding", "gssencmode"] as const),
];
type Said = TlsWords<(typeof words)[number]>["said"];

/** Words whose values are few. */
const values: { readonly [word in keyof Said]?: readonly string[] } = {
  ssl: ["true", "1", "false", "0"],
  sslnegotiation: ["postgres", "direct"],
  channel_binding: ["disable", "prefer", "require"],
  // The driver has no encryption of GSSAPI's to insist on.
  gssencmode: ["disable", "prefer"],
};

/** What each mode looks at; `no-verify` is node-postgres's name for what looks at nothing. */
const modes: { readonly [mode: string]: ConnectionOptions } = {
  "no-verify": { rejectUnauthorized: false },
  require: { rejectUnauthorized: false },
  "verify-ca": { rejectUnauthorized: true, checkServerIdentity: () => undefined },
  "verify-full": { rejectUnauthorized: true },
};

/** A database that is reached by a file of this machine, which `PGSSLMODE` does not speak of. */
const socket = /^\w+:\/\/([^/@]*@)?(\/|%2f)|[?&]host=(\/|%2f)/i;

/**
 * An address as the driver takes it. Words of TLS, and the variables that stand for them, mean what they mean to PostgreSQL's own
 * clients (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNECT-SSLMODE), the driver's own `ssl=true` what
 * `verify-full` does. Throws where they cannot be followed, and what reading a file throws.
 */
export function driverOptions(address: string): Pick<ClientConfig, "connectionString" | "ssl" | "sslnegotiation"> {
  const { rest, said } = tlsWords(address, words);
  for (const [word, allowed] of Object.entries(values)) {
    if (!allowed.includes(said[word as keyof Said] ?? allowed[0] ?? ""))
      throw new UnfitAddress(`${word} has to be ${allowed.join(" or ")}`);
  }
  const mode = modeSaid(said) ?? (socket.test(rest) ? undefined : variable("PGSSLMODE"));
  const { sslrootcert: ca, sslcert, sslkey, sslnegotiation, channel_binding: binding } = said;
  if (mode === undefined || mode === "disable") {
    if (ca ?? sslcert ?? sslkey ?? sslnegotiation ?? (binding === "require" ? binding : undefined))
      throw new UnfitAddress("without TLS none of its other words can be followed: say sslmode=verify-full");
    return { connectionString: rest, ssl: false };
  }
  const [followed, files] = filesOf(mode, said);
  const ssl = { ...modes[followed], ...readTlsFiles(files) };
  // In the address, it would have the driver forget all of these.
  const begins = sslnegotiation === "direct" && ({ sslnegotiation: "direct" } as const);
  return { connectionString: rest, ssl, ...begins };
}

const variable = (name: string): string | undefined => process.env[name] || undefined;

function modeSaid({ ssl, sslmode, sslrootcert, sslcert, sslkey }: Said): string | undefined {
  if (ssl !== undefined && sslmode !== undefined)
    throw new UnfitAddress("ssl stands beside no sslmode: say one of the two");
  if (ssl !== undefined) return ssl === "true" || ssl === "1" ? "verify-full" : "disable";
  return sslmode ?? ((sslrootcert ?? sslcert ?? sslkey) ? "verify-full" : undefined);
}

/** The mode that is followed in the end, and the files that it looks at. */
function filesOf(mode: string, said: Said): readonly [mode: string, files: TlsPaths] {
  if (!Object.hasOwn(modes, mode))
    throw new UnfitAddress("sslmode (or PGSSLMODE) has to be disable, require, verify-ca or verify-full");
  if (mode === "no-verify" && said.sslrootcert !== undefined)
    throw new UnfitAddress("sslmode=no-verify looks at no sslrootcert: say verify-ca or verify-full");
  const ca = said.sslrootcert ?? (mode === "no-verify" ? undefined : variable("PGSSLROOTCERT"));
  const own = said.sslcert ?? said.sslkey;
  const [cert, key] = own ? [said.sslcert, said.sslkey] : [variable("PGSSLCERT"), variable("PGSSLKEY")];
  if (ca === "system" && mode !== "verify-full")
    throw new UnfitAddress("sslrootcert=system goes with sslmode=verify-full alone");
  if (mode === "verify-ca" && ca === undefined)
    throw new UnfitAddress(
      "sslmode=verify-ca wants an sslrootcert: any name that a public authority vouches for would do",
    );
  const files = { ca: ca === "system" ? undefined : ca, cert, key };
  // The driver cannot insist on what binds the password to the line, so the certificate has to prove as much.
  if ((said.channel_binding ?? variable("PGCHANNELBINDING")) === "require") return ["verify-full", files];
  return [mode === "require" && ca !== undefined ? "verify-ca" : mode, files];
}
