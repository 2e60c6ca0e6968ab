import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../kit/process.js";

/**
 * The npm package that has each runtime's binary for Linux on x64; an environment variable of the runtime's name names
 * another binary. They have 350 MB, so that nobody gets them who does not run these tests: not even by `npm start`.
 */
const packages = {
  WORKERD: { name: "@cloudflare/workerd-linux-64", version: "1.20261117.1", file: "bin/workerd" },
  BUN: { name: "@oven/bun-linux-x64-baseline", version: "1.4.5", file: "bin/bun" },
  DENO: { name: "@deno/linux-x64-glibc", version: "2.9.6", file: "deno" },
} as const;

const isSupported = process.platform === "linux" && process.arch === "x64";

/** A runtime's binary, installed once for each clone; undefined where npm has none for this machine, and none is named. */
export function binaryOf(runtime: keyof typeof packages): string | undefined {
  const named = process.env[runtime];
  if (named !== undefined) return named;
  if (!isSupported) return undefined;
  const { name, version, file } = packages[runtime];
  const folder = join(root, "node_modules/.cache/isotherm-runtimes", `${runtime.toLowerCase()}-${version}`);
  const binary = join(folder, "node_modules", name, file);
  if (!existsSync(binary)) {
    const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"];
    execFileSync("npm", ["install", "--prefix", folder, ...quiet, `${name}@${version}`], { stdio: "pipe" });
  }
  return binary;
}
