import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { until } from "./until.js";

/** The repository's folder, with a slash at its end. */
export const root: string = fileURLToPath(new URL("../../", import.meta.url));

/** A process that a test started and will stop. */
export interface Running {
  readonly pid: number;
  /** Everything it has printed so far. */
  output(): string;
  /** Resolves to the first match in its output; rejects when it ends before, or after `ms` milliseconds. */
  says(pattern: RegExp, ms?: number): Promise<RegExpMatchArray>;
  hasEnded(): boolean;
  /** Resolves to the exit code once it has ended; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /**
   * Sends a signal, to its children too, as a terminal does; resolves to the exit code once it has ended, null when the
   * signal ended it. Rejects, having killed it, when that takes more than 30 seconds.
   */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts a command in `folder`, without a terminal. */
export function start(
  command: string,
  args: readonly string[],
  folder: string,
  env: Record<string, string> = {},
): Running {
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const pid = pidOf(child, command);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return {
    pid,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    ended,
    output: () => output,
    says: (pattern, ms = 60_000) =>
      until(
        `${pattern} in the output of ${command} ${args.join(" ")}`,
        async () => {
          const match = output.match(pattern);
          if (!match && child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${output}`);
          return match;
        },
        ms,
      ),
    stop: async (signal = "SIGTERM") => {
      if (child.exitCode !== null || child.signalCode !== null) return ended;
      process.kill(-pid, signal);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          process.kill(-pid, "SIGKILL");
          reject(new Error(`${command} ${args.join(" ")} did not end after ${signal}:\n${output}`));
        }, 60_000);
      });
      return Promise.race([ended, late]).finally(() => clearTimeout(timer));
    },
  };
}

/** Starts the built command `isotherm`. */
export function isotherm(args: readonly string[], folder: string, env: Record<string, string> = {}): Running {
  return start(process.execPath, [`${root}packages/isotherm/bin/isotherm.mjs`, ...args], folder, env);
}

function pidOf(child: ChildProcess, command: string): number {
  if (child.pid === undefined) throw new Error(`${command} did not start`);
  return child.pid;
}
