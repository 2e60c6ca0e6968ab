import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** Where each runtime's npm package for Linux on x64 has its binary; an environment variable names another one. */
const binaries = {
  WORKERD: ["@cloudflare/workerd-linux-64", "bin/workerd"],
  BUN: ["@oven/bun-linux-x64-baseline", "bin/bun"],
  DENO: ["@deno/linux-x64-glibc", "deno"],
} as const;

/** A runtime's binary; undefined where npm brought none for this machine, and none is named. */
export function binaryOf(runtime: keyof typeof binaries): string | undefined {
  const named = process.env[runtime];
  if (named !== undefined) return named;
  const [name, file] = binaries[runtime];
  try {
    const binary = join(dirname(require.resolve(`${name}/package.json`)), file);
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}
