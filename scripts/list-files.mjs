import { existsSync } from "node:fs";
import { root, run } from "./run.mjs";

/**
 * Files of the working copy by git's patterns, each once, as paths from the repository's root. Throws where a pattern
 * matches none: a check that looks at nothing finds no fault.
 *
 * @param {string[]} patterns
 * @returns {Promise<string[]>}
 */
export async function listFiles(patterns) {
  const lists = await Promise.all(patterns.map(matching));
  return [...new Set(lists.flat())];
}

async function matching(pattern) {
  const { code, output } = await run("git", ["ls-files", "-coz", "--exclude-standard", "--", pattern]);
  if (code !== 0) throw new Error(output);
  const files = output.split("\0").filter((file) => file !== "" && existsSync(root + file));
  if (files.length === 0) throw new Error(`no file matches ${pattern}`);
  return files;
}
