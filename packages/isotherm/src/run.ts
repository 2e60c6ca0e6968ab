import { CommanderError } from "commander";
import type { Context } from "./context.js";
import { CommandError } from "./error.js";
import { program } from "./program.js";

/**
 * Runs one command line and resolves to its exit code: 0 done, 1 failed, 2 a mistake in flags, environment or
 * configuration, 3 damage found in a journal. Whatever a person can mend is one line on standard error; a stack is printed only for our own faults.
 */
export async function run(args: readonly string[], context: Context): Promise<number> {
  try {
    await (await program(context, args)).parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    // Commander has printed its line already; --help and --version end with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { paint, note } = context.terminal;
    const line = told(error);
    if (line !== undefined) {
      note(`${paint.bad("error:")} ${line}`);
      return error instanceof CommandError ? error.exitCode : 1;
    }
    note(`${paint.bad("error:")} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    note("This is a fault of isotherm itself. Please report it: https://github.com/isotherm/isotherm/issues");
    return 1;
  }
}

/** What collector, journal and relay throw, by name: to have the classes, each command would load all three. */
const foreseen: ReadonlySet<string> = new Set(["CollectorError", "JournalError", "RelayError"]);

/** What a person can be told in a line; undefined for what nobody foresaw. */
function told(error: unknown): string | undefined {
  if (error instanceof CommandError) return error.message;
  const { name, code, syscall, message } = (error ?? {}) as {
    readonly name?: unknown;
    readonly code?: unknown;
    readonly syscall?: unknown;
    readonly message?: unknown;
  };
  if (typeof name === "string" && foreseen.has(name) && code !== "internal") return String(message);
  // The system's own refusals (no space, no permission) name the file.
  return typeof code === "string" && typeof syscall === "string" ? String(message) : undefined;
}
