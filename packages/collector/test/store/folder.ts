import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that is gone with the block that made it. */
export function emptyFolder(): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), "isotherm-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
