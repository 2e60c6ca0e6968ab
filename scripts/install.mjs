import { existsSync, readFileSync, statSync } from "node:fs";
import { root, run } from "./run.mjs";

/**
 * Installs the workspace's packages where they are missing or older than the lockfile, with the pnpm that
 * `packageManager` names. Needs nothing but Node and npm. Throws with what to do when Node is too old or pnpm fails.
 */
export async function install() {
  const { engines, packageManager } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  const wanted = engines.node.replace(">=", "");
  if (older(process.versions.node, wanted)) {
    throw new Error(
      `Isotherm needs Node ${wanted} or newer; this is ${process.versions.node}. Install a newer Node from https://nodejs.org.`,
    );
  }
  if (installed()) return;
  process.stdout.write("Installing packages (the first time compiles SQLite, which takes about a minute) …\n");
  const { code, output } = await run("npx", ["--yes", packageManager, "install", "--frozen-lockfile"]);
  if (code !== 0) {
    throw new Error(
      `${output}\nInstalling failed. If SQLite did not compile, install make, g++ and python3, and try again.`,
    );
  }
}

/** pnpm writes this file at the end of an install. */
function installed() {
  const done = `${root}node_modules/.modules.yaml`;
  return existsSync(done) && statSync(done).mtimeMs >= statSync(`${root}pnpm-lock.yaml`).mtimeMs;
}

function older(version, wanted) {
  const [a, b] = [version, wanted].map((text) => text.split(".").map(Number));
  for (let i = 0; i < 3; i++) if (a[i] !== (b[i] ?? 0)) return a[i] < (b[i] ?? 0);
  return false;
}
