import { paint } from "../src/console/terminal.js";
import { run } from "../src/run.js";

/** What a command did. */
export interface Ran {
  readonly code: number;
  /** Standard output and standard error. */
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process, in `cwd`, without a terminal. */
export async function runHere(
  cwd: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  now: () => number = Date.now,
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(args, {
    cwd,
    environment,
    now,
    stop: { wanted: () => new Promise(() => {}) },
    terminal: {
      print: (line = "") => out.push(line),
      note: (line) => err.push(line),
      redraw: () => {},
      live: false,
      watched: false,
      paint: paint(false),
    },
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}
