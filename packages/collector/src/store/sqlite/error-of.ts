import { CollectorError } from "../../collector-error.js";

// A value that SQLite does not take, or a statement of ours that is wrong for it: https://www.sqlite.org/rescode.html
const ours = /^SQLITE_(ERROR|CONSTRAINT|TOOBIG|MISMATCH|RANGE)/;

// The file is not the one that was migrated: no value that is given to it is to blame.
const strange = /no such (table|column|index)|has no column/;

/** A failure as callers are to see it: a full disk or a locked file is the machine's; everything else is a fault of ours. */
export function errorOf(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message = error instanceof Error ? error.message : code;
  if (error instanceof CollectorError || !code.startsWith("SQLITE_")) return error;
  if (ours.test(code) && !strange.test(message)) return error;
  return new CollectorError("store_unavailable", `the database failed: ${message} (${code})`, { cause: error });
}
