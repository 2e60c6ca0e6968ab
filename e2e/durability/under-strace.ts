import { type Running, start } from "../kit/process.js";
import { traced } from "./trace.js";

/** Starts a script under strace, which writes what all its threads do into `trace`: Node's, or another runtime's. */
export function underStrace(
  trace: string,
  script: readonly string[],
  folder: string,
  env: Record<string, string>,
  runtime: string = process.execPath,
): Running {
  const calls = `trace=${traced.join(",")}`;
  // Whole records, and the two ends of a connection instead of a number.
  const options = ["-f", "--seccomp-bpf", "-yy", "-s", "4000000", "-e", calls, "-e", "signal=none", "-o", trace];
  // What goes through io_uring is no system call of its own; should Node begin to use it, the trace says so and is refused.
  return start("strace", [...options, runtime, ...script], folder, { ...env, UV_USE_IO_URING: "0" });
}
