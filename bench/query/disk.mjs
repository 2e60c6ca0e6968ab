import Database from "better-sqlite3";

/** What tables and their indices take in a database, in bytes, the largest first. */
export function disk(file) {
  const db = new Database(file, { readonly: true });
  try {
    const names = new Map(db.prepare("SELECT name, tbl_name FROM sqlite_schema").raw().all());
    const tables = new Map();
    for (const [name, bytes] of db.prepare("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").raw().all()) {
      const table = names.get(name) ?? name;
      tables.set(table, (tables.get(table) ?? 0) + bytes);
    }
    return [...tables].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes);
  } finally {
    db.close();
  }
}

/** Reads a whole table and gives the CPU that it took: what the answers are compared with. */
export function scanner(file) {
  const db = new Database(file, { readonly: true });
  // Without an index, or SQLite would count in one.
  const count = db.prepare("SELECT count(*), sum(duration) FROM sessions NOT INDEXED");
  return {
    async scan() {
      const before = process.cpuUsage();
      count.get();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    },
    close: () => db.close(),
  };
}
