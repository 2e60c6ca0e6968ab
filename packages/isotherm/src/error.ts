/** What went wrong, for programs. */
export type CommandErrorCode =
  | "config_invalid"
  | "config_unreadable"
  | "usage_invalid"
  | "setup_missing"
  | "port_taken"
  | "key_unknown"
  | "site_unknown"
  | "journal_unreadable"
  | "journal_damaged"
  | "schema_behind"
  | "folder_unwritable"
  | "deployment_faulty"
  | "shutdown_late";

const mistakes: ReadonlySet<CommandErrorCode> = new Set(["config_invalid", "config_unreadable", "usage_invalid"]);

/**
 * A failure that a person can mend: its message is one line that names the field and the fix, and is printed without a
 * stack. `exitCode` is 2 for a mistake in flags, environment or configuration, 3 for damage that was found, and 1 otherwise.
 */
export class CommandError extends Error {
  readonly code: CommandErrorCode;
  readonly exitCode: 1 | 2 | 3;

  constructor(code: CommandErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "CommandError";
    this.code = code;
    this.exitCode = mistakes.has(code) ? 2 : code === "journal_damaged" ? 3 : 1;
  }
}
