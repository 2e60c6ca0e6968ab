import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, run, tool } from "./run.mjs";

/** Every step that turns sources into what users install, in order. Each is quick when nothing changed. */
const steps = [
  ["types and Node packages", tool("tsc"), ["-b"]],
  ["browser SDK", tool("rollup"), ["-c", "--silent"]],
  ["dashboard", process.execPath, ["packages/dashboard/build.mjs"]],
];

/** Its time is when the last build that ended well began. */
const stamp = join(root, "node_modules", ".isotherm-built");

/** Builds every package into its `dist`. Throws with the tool's output at the first step that fails. */
export async function build() {
  const started = new Date();
  for (const [name, command, args] of steps) {
    const { code, output } = await run(command, args);
    if (code !== 0) throw new Error(`Building the ${name} failed:\n${output}`);
  }
  writeFileSync(stamp, "");
  utimesSync(stamp, started, started);
}

/** Whether every package's output is newer than every source. */
export function isBuilt() {
  const packages = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name));
  const isWhole = packages.every((folder) => existsSync(join(folder, "dist")));
  return isWhole && existsSync(stamp) && statSync(stamp).mtimeMs > newest(packages);
}

/** When the last source was changed, in ms since 1970. */
function newest(packages) {
  const single = ["pnpm-lock.yaml", "rollup.config.mjs", "tsconfig.base.json", "tsconfig.json"].map((name) =>
    join(root, name),
  );
  const files = packages.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/[\\/](node_modules|dist|test)([\\/]|$)/.test(entry.parentPath))
      .filter((entry) => !entry.name.endsWith(".tsbuildinfo"))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return Math.max(...[...files, ...single].filter(existsSync).map((file) => statSync(file).mtimeMs));
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
