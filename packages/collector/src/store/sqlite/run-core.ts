import { setImmediate } from "node:timers/promises";
import { CollectorError } from "../../collector-error.js";

/** A core's functions as promises: what they return, or, of those that yield, what they return in the end. */
export type Result<Work> = Work extends (...args: never[]) => Generator<void, infer Report>
  ? Report
  : Work extends (...args: never[]) => infer Value
    ? Value
    : never;

/** Calls a core by name, wherever it runs. */
export type Call<Core> = <Name extends keyof Core & string>(
  name: Name,
  ...args: Core[Name] extends (...args: infer Args) => unknown ? Args : never
) => Promise<Result<Core[Name]>>;

/** Runs one function of a core; one that yields lets others have their turn in between. */
export async function runCore<Core extends object>(
  core: Core,
  name: string,
  args: readonly unknown[],
): Promise<unknown> {
  const work = (core as { readonly [name: string]: ((...args: readonly unknown[]) => unknown) | undefined })[name];
  if (!work) throw new TypeError(`there is no ${name}`);
  try {
    const result = work(...args);
    return isGenerator(result) ? await drain(result) : result;
  } catch (error) {
    throw storeError(error);
  }
}

async function drain(steps: Generator<void, unknown>): Promise<unknown> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await setImmediate();
  }
}

function isGenerator(value: unknown): value is Generator<void, unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value && "next" in value;
}

// A value that SQLite does not take, or a statement of ours that is wrong for it: https://www.sqlite.org/rescode.html
const ours = /^SQLITE_(ERROR|CONSTRAINT|TOOBIG|MISMATCH|RANGE)/;

// The file is not the one that was migrated: no value that is given to it is to blame.
const strange = /no such (table|column|index)|has no column/;

function storeError(error: unknown): unknown {
  // A full disk or a locked file is the machine's; everything else is a fault of ours and stays what it is.
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message = error instanceof Error ? error.message : code;
  if (error instanceof CollectorError || !code.startsWith("SQLITE_")) return error;
  if (ours.test(code) && !strange.test(message)) return error;
  return new CollectorError("store_unavailable", `the database failed: ${message} (${code})`, { cause: error });
}
