import { CommandError } from "../error.js";

/** Runs what listens; a port that cannot be had becomes one line with the field to change. */
export async function listening<T>(
  {
    field,
    flag,
    host,
    port,
  }: { readonly field: string; readonly flag: string; readonly host: string; readonly port: number },
  start: () => Promise<T>,
): Promise<T> {
  try {
    return await start();
  } catch (cause) {
    const reason = reasons[codeOf(cause) ?? ""];
    if (reason === undefined) throw cause;
    throw new CommandError("port_taken", `${field}: ${host}:${port} ${reason}; choose another with ${flag}`, { cause });
  }
}

const reasons: { readonly [code: string]: string } = {
  EADDRINUSE: "is in use already",
  EACCES: "needs more rights than this user has",
  EADDRNOTAVAIL: "is no address of this machine",
};

/** Of listening alone: a folder that may not be written has the same code. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { code, syscall, cause } = error as {
    readonly code?: unknown;
    readonly syscall?: unknown;
    readonly cause?: unknown;
  };
  return typeof code === "string" && syscall === "listen" && code in reasons ? code : codeOf(cause);
}
