import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** One system call of a traced process, or of one of its threads. */
export interface Call {
  readonly name: string;
  /** As strace prints them, with what stands behind each descriptor, and bytes escaped. */
  readonly args: string;
  /** Null where it never returned. */
  readonly result: number | null;
  /** Lines of the trace on which it began and ended: strace holds a thread at both, so their order is that of the calls. */
  readonly begun: number;
  readonly ended: number;
}

/** Calls that write, sync, name, remove or answer, and the reads that tell which answer belongs to which request. */
export const traced = [
  ...["open", "openat", "creat", "mkdir", "mkdirat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "read"],
  ...[
    "write",
    "writev",
    "pwrite64",
    "pwritev",
    "pwritev2",
    "sendto",
    "sendmsg",
    "fsync",
    "fdatasync",
    "io_uring_setup",
  ],
];

/** Reads what `strace -f -o` wrote, oldest call first. Throws on a line that it does not understand. */
export function readTrace(file: string): readonly Call[] {
  const calls: Call[] = [];
  const open = new Map<string, { readonly name: string; readonly args: string; readonly begun: number }>();
  readFileSync(file, "latin1")
    .split("\n")
    .forEach((line, at) => {
      const [, thread = "", text = ""] = /^(\d+) +(.*)$/s.exec(line) ?? [];
      if (text === "" || text.startsWith("+++") || text.startsWith("---")) return;
      const begins = /^(\w+)\((.*) <unfinished \.\.\.>$/s.exec(text);
      if (begins) {
        const [, name = "", args = ""] = begins;
        calls.push({ name, args, result: null, begun: at, ended: Number.POSITIVE_INFINITY });
        open.set(thread, { name, args, begun: calls.length - 1 });
        return;
      }
      const resumes = /^<\.\.\. (\w+) resumed>(.*)\)\s+= (-?\d+|\?)/s.exec(text);
      if (resumes) {
        const [, name = "", rest = "", result = ""] = resumes;
        const before = open.get(thread);
        const call = before && calls[before.begun];
        if (!before || !call || before.name !== name) throw new Error(`line ${at + 1} ends what never began: ${line}`);
        calls[before.begun] = { ...call, args: call.args + rest, result: resultOf(result), ended: at };
        open.delete(thread);
        return;
      }
      const whole = /^(\w+)\((.*)\)\s+= (-?\d+|\?)/s.exec(text);
      if (!whole) throw new Error(`line ${at + 1} of the trace is not understood: ${line.slice(0, 200)}`);
      const [, name = "", args = "", result = ""] = whole;
      calls.push({ name, args, result: resultOf(result), begun: at, ended: at });
    });
  return calls;
}

const resultOf = (text: string): number | null => (text === "?" ? null : Number(text));

/** What stands behind the call's descriptor: a path, or `TCP:[127.0.0.1:80->127.0.0.1:5000]`. */
export function behind({ args }: Call): string {
  return /^\d+<((?:TCP|UNIX)[^[<>]*:\[[^\]]*\]|[^>]*)>/.exec(args)?.[1] ?? "";
}

/** The first path that a call names, relative ones from the folder that it names or works in. */
export function pathOf({ args }: Call): string {
  const path = /"([^"]*)"/.exec(args)?.[1] ?? "";
  return resolve(/^(?:AT_FDCWD|\d+)<([^>]*)>/.exec(args)?.[1] ?? "/", path);
}

/** The call did all that it was asked to. */
export function isWhole({ name, args, result }: Call): boolean {
  if (result === null || result < 0) return false;
  if (name === "pwrite64") return Number(/, (\d+), \d+$/.exec(args)?.[1]) === result;
  if (name === "write") return Number(/, (\d+)$/.exec(args)?.[1]) === result;
  return true;
}
