import { CollectorError } from "../../collector-error.js";
import { UnfitAddress } from "./unfit-address.js";
import { isDisbelieved, isUntrusted } from "./untrusted.js";

/** A failure of a server, or what is wrong with it: no record is to blame for that. */
export function unavailable(cause: unknown): CollectorError {
  if (cause instanceof CollectorError) return cause;
  return new CollectorError("store_unavailable", `the database failed: ${messageOf(cause)}`, { cause });
}

/** A server that is there and lets nobody in who asks as we do, or an address that is none: waiting does not help. */
export function refused(cause: unknown): CollectorError {
  return new CollectorError("store_refused", refusal(cause, messageOf(cause)), { cause });
}

function refusal(cause: unknown, why: string): string {
  if (cause instanceof UnfitAddress) return `the database's address cannot be followed: ${why}`;
  if (isUntrusted(cause)) {
    const fix = "name the file of whoever vouches for it (sslrootcert, ssl-ca), and its host as the certificate does";
    return `the database does not prove who it is: ${why}; ${fix}`;
  }
  if (isDisbelieved(cause)) return `the database lets nobody in: ${why}; name what shows who asks (sslcert, ssl-cert)`;
  const fix = "write the user, password and database that its server knows, and the TLS that it has";
  return `the database lets nobody in: ${why}; ${fix}`;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message || String((cause as { code?: unknown }).code) : String(cause);
}

/** There was a connection, and is none. */
export function connectionLost(): CollectorError {
  return new CollectorError("store_unavailable", "the connection to the database was lost");
}

/** The server has ended a query at its deadline. */
export function tooSlow(cause: unknown): CollectorError {
  return new CollectorError("query_timeout", "the query took too long: ask for less", { cause });
}
