import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Missing } from "../kit/mount.js";
import { type Running, root, start } from "../kit/process.js";

/** Leaves a drill out where the machine lacks what it takes; in CI, where all is installed, that is a failure. */
export function need(missing: Missing, skip: (reason: string) => void): void {
  if (missing === undefined) return;
  if (process.env.CI === "true") throw new Error(missing);
  skip(missing);
}

const isRoot = process.getuid?.() === 0;

/** Mounts a folder on itself, so that it can be made read-only without anybody's doing. */
export function mountItself(folder: string, mode: "ro" | "rw"): void {
  execFileSync("mount", ["--bind", folder, folder], { stdio: "pipe" });
  remount(folder, mode);
}

export function remount(folder: string, mode: "ro" | "rw"): void {
  execFileSync("mount", ["-o", `remount,bind,${mode}`, folder], { stdio: "pipe" });
}

// Debian's `nobody`, which owns nothing.
const nobody = 65_534;

const plainly = isRoot
  ? ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups", process.execPath]
  : [process.execPath];

const bin = `${root}packages/isotherm/bin/isotherm.mjs`;

/** Whether a process can be run that file permissions hold for: root's ignore them. */
export function permissions(): Missing {
  const [command = "", ...args] = plainly;
  try {
    execFileSync(command, [...args, bin, "--version"], { stdio: "pipe", cwd: tmpdir() });
    return undefined;
  } catch (error) {
    return `no process can be run as another user: install setpriv (Debian: util-linux), in a folder that all may read (${String(error)})`;
  }
}

/** Starts the built command as a user whose permissions count. */
export function isothermPlainly(args: readonly string[], folder: string, env: Record<string, string> = {}): Running {
  const [command = "", ...before] = plainly;
  return start(command, [...before, bin, ...args], folder, env);
}

/** Gives a folder, and what is in it, to that user. */
export function giveAway(folder: string): void {
  if (isRoot) execFileSync("chown", ["-R", `${nobody}:${nobody}`, folder]);
}

const libraries = ["x86_64", "aarch64"].map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`);

/** The library that moves a process's clock, and whether it is there. */
export function faketime(): { readonly library: string; readonly missing: Missing } {
  const library = libraries.find((path) => existsSync(path));
  const missing = library === undefined ? "no libfaketime (Debian: apt-get install faketime)" : undefined;
  return { library: library ?? "", missing };
}
