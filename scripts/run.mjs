import { spawn } from "node:child_process";
import { getPriority, setPriority } from "node:os";
import { fileURLToPath } from "node:url";

/** The repository's folder. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Runs a command in the repository's folder and resolves to its exit code and output. With `show`, its output is passed
 * on as it comes; otherwise it is only collected. `humble` lets all other processes go first.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ show?: boolean, humble?: boolean, cwd?: string, env?: Record<string, string> }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { show = false, humble = false, cwd = root, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    // A tenth of the others' share where all want a core; what it starts inherits that.
    if (humble && child.pid !== undefined) setPriority(child.pid, Math.max(10, getPriority()));
    let output = "";
    const collect = (stream) => (chunk) => {
      output += chunk;
      if (show) stream.write(chunk);
    };
    child.stdout.on("data", collect(process.stdout));
    child.stderr.on("data", collect(process.stderr));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** The path of a tool that the workspace installed, as `biome`. */
export const tool = (name) => `${root}node_modules/.bin/${name}`;
