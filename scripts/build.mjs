import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { root, run, tool } from "./run.mjs";

/** Every step that turns sources into what users install, in order. Each is quick when nothing changed. */
const steps = [
  ["types and Node packages", tool("tsc"), ["-b"]],
  ["browser SDK", tool("rollup"), ["-c", "--silent"]],
  ["dashboard", process.execPath, ["packages/dashboard/build.mjs"]],
];

/** Builds every package into its `dist`. Throws with the tool's output at the first step that fails. */
export async function build() {
  for (const [name, command, args] of steps) {
    const { code, output } = await run(command, args);
    if (code !== 0) throw new Error(`Building the ${name} failed:\n${output}`);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (!existsSync(`${root}node_modules`)) await (await import("./install.mjs")).install();
  try {
    await build();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
