import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteDatabase } from "../../../src/store/sqlite/database.js";
import { type BenchOptions, benchOn, type CoreBench } from "../bench.js";

/** A store in SQLite on the calling thread, in a folder of its own. */
export interface Bench extends CoreBench {
  readonly file: string;
}

export function bench(options?: BenchOptions): Bench {
  const folder = mkdtempSync(join(tmpdir(), "isotherm-"));
  const file = join(folder, "store.sqlite");
  const database = sqliteDatabase({ file });
  return { ...benchOn(database, () => rmSync(folder, { recursive: true }), options), file };
}
