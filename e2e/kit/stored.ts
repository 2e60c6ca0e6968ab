import { databaseOf } from "./database.js";

/** Reads the database of a collector with its data in `folder`, beside the running collector. */
export function readDatabase<T>(folder: string, read: (rows: (sql: string, ...values: string[]) => unknown[]) => T): T {
  const database = databaseOf(folder);
  try {
    return read((sql, ...values) => database.prepare(sql).all(...values));
  } finally {
    database.close();
  }
}

/** Ids of the batches that a collector with its data in `folder` holds, each as often as it is there. */
export function storedIds(folder: string): readonly string[] {
  // A batch with a long pause in it is kept in parts, of which the first is 0.
  const found = readDatabase(folder, (rows) => rows("SELECT hex(id) AS id FROM raw WHERE part = 0")) as {
    id: string;
  }[];
  return found.map(({ id }) => dashed(id.toLowerCase()));
}

function dashed(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
