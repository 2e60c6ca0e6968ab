import { tlsWords, UnfitAddress } from "../sql/tls.js";

const words = ["ssl", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslnegotiation"] as const;
const modes = ["disable", "prefer", "require", "verify-ca", "verify-full", "no-verify"];

/** Throws `UnfitAddress` at what node-postgres would pass over, and connect without TLS (https://node-postgres.com/features/ssl). */
export function checkAddress(address: string): void {
  const [, query = ""] = /\?(.*)$/s.exec(address) ?? [];
  const { sslmode } = tlsWords(new URLSearchParams(query), words);
  if (sslmode !== undefined && !modes.includes(sslmode))
    throw new UnfitAddress(`sslmode has to be one of ${modes.join(", ")}`);
}
