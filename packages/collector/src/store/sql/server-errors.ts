import { CollectorError } from "../../collector-error.js";
import { UnfitAddress } from "./tls.js";

/** A failure of a server, or what is wrong with it: no record is to blame for that. */
export function unavailable(cause: unknown): CollectorError {
  if (cause instanceof CollectorError) return cause;
  return new CollectorError("store_unavailable", `the database failed: ${messageOf(cause)}`, { cause });
}

/** A server that is there and lets nobody in who asks as we do, or an address that is none: waiting does not help. */
export function refused(cause: unknown): CollectorError {
  const what =
    cause instanceof UnfitAddress ? "the database's address cannot be followed" : "the database lets nobody in";
  return new CollectorError("store_refused", `${what}: ${messageOf(cause)}`, { cause });
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
