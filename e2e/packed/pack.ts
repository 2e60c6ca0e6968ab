import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../kit/process.js";

/** One public package as npm would carry it. */
export interface Packed {
  readonly name: string;
  readonly folder: string;
  /** The packed file. */
  readonly tarball: string;
  /** What can be imported, as `@isotherm/protocol/seal`; without files such as `package.json`. */
  readonly entries: readonly string[];
}

/** Packs every public package into `folder`, the way `pnpm publish` would. */
export function packAll(folder: string): readonly Packed[] {
  return packSome(folder, readdirSync(join(root, "packages")));
}

/** Packs some of them, by the names of their folders. */
export function packSome(folder: string, directories: readonly string[]): readonly Packed[] {
  return directories.map((directory) => {
    const source = join(root, "packages", directory);
    const { name, exports } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
    const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const printed = execFileSync("npx", ["--yes", packageManager, "pack", "--json", "--pack-destination", folder], {
      cwd: source,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { filename } = JSON.parse(printed);
    const entries = Object.entries(exports)
      .filter(([, target]) => typeof target === "object")
      .map(([path]) => join(name, path));
    return { name, folder: source, tarball: join(folder, filename.split("/").at(-1)), entries };
  });
}
