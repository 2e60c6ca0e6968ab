import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a drill asks of the machine: undefined when it is there, else what is missing and how to get it. */
export type Missing = string | undefined;

/** Whether file systems can be mounted. */
export function mounting(): Missing {
  const folder = mkdtempSync(join(tmpdir(), "isotherm-mount-"));
  try {
    if (process.getuid?.() !== 0) return "mounts need root: run this drill as root";
    mountSmall(folder, 1);
    unmount(folder);
    return undefined;
  } catch (error) {
    return `mounts are not allowed here: run in a container with CAP_SYS_ADMIN (${String(error)})`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Mounts an empty file system of that many MiB on a folder. */
export function mountSmall(folder: string, size: number): void {
  mkdirSync(folder, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}m`, "tmpfs", folder], { stdio: "pipe" });
}

export function unmount(folder: string): void {
  execFileSync("umount", ["-l", folder], { stdio: "pipe" });
}
