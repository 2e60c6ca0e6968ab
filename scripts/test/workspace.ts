import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Files of a repository, by their paths. */
export interface Files {
  readonly [path: string]: string;
}

/** What a check said of it: its exit code, and its lines. */
export interface Verdict {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a check of ours, by its name, on a repository that holds these files and the scripts, and nothing else. */
export function checked(check: string, files: Files): Verdict {
  const folder = mkdtempSync(join(tmpdir(), "isotherm-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of readdirSync(join(root, "scripts")).filter((file) => file.endsWith(".mjs")))
    cpSync(join(root, "scripts", name), join(folder, "scripts", name));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  spawnSync("git", ["init", "--quiet"], { cwd: folder });
  const { status, stdout, stderr } = spawnSync(process.execPath, [`scripts/check-${check}.mjs`], {
    cwd: folder,
    encoding: "utf8",
  });
  return { code: status, output: `${stdout}${stderr}` };
}
