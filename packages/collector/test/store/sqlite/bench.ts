import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteDatabase } from "../../../src/store/sqlite/database.js";
import { benchOn, type CoreBench } from "../bench.js";

/** A store in SQLite on the calling thread, in a folder of its own. */
export interface Bench extends CoreBench {
  readonly file: string;
}

/** `places` are files that say where networks are. */
export function bench(places: readonly string[] = []): Bench {
  const folder = mkdtempSync(join(tmpdir(), "isotherm-"));
  const file = join(folder, "store.sqlite");
  const database = sqliteDatabase({ file });
  return { ...benchOn(database, () => rmSync(folder, { recursive: true }), places), file };
}
