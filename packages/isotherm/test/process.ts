import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** The repository's folder. */
export const root: string = fileURLToPath(new URL("../../../", import.meta.url));

/** A process that a test started; it is killed when the test has finished. */
export interface Running {
  readonly child: ChildProcess;
  /** Everything it has printed. */
  output(): string;
  /** Its exit code, once it has ended. */
  ended(): Promise<number | null>;
  /** The first group of the first match in its output. */
  says(pattern: RegExp): Promise<string>;
}

/** Throws, saying what to do, where the repository was not built. */
export function mustBeBuilt(): void {
  for (const file of ["packages/isotherm/dist/main.js", "packages/sdk/dist/script/manifest.json"]) {
    if (!existsSync(root + file)) throw new Error(`${file} is missing: run pnpm build first`);
  }
}

/** Starts a Node script without a terminal. */
export function launch(
  script: string,
  args: readonly string[],
  cwd: string,
  environment: NodeJS.ProcessEnv = {},
): Running {
  const child = spawn(process.execPath, [script, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: "1", ...environment },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const says = (pattern: RegExp): Promise<string> =>
    until(`${pattern} in the output`, () => {
      if (child.exitCode !== null && !pattern.test(output))
        throw new Error(`it ended with ${child.exitCode}:\n${output}`);
      return pattern.exec(output)?.[1];
    });
  return { child, output: () => output, ended: () => ended, says };
}

/** Starts the built command. */
export function isotherm(args: readonly string[], cwd: string, environment: NodeJS.ProcessEnv = {}): Running {
  return launch(`${root}packages/isotherm/bin/isotherm.mjs`, args, cwd, environment);
}

/** Resolves to the first thing that `look` finds; rejects after 50 seconds. */
export async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 50_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
