import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Does work in a folder of its own, which is gone afterwards.
 *
 * @template Result
 * @param {(folder: string) => Promise<Result>} work
 */
export async function inFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), "isotherm-bench-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
