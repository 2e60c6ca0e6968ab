import { createHash } from "node:crypto";
import { CollectorError } from "../../collector-error.js";
import type { Connection } from "../sql/connection.js";
import { type Migration, migrations } from "./schema.js";

interface Applied {
  readonly version: number;
  readonly checksum: string;
}

/** Brings the schema up to `steps`, under the write lock, so that of two processes at once one waits and finds it done. */
export function migrate(connection: Connection, steps: readonly Migration[] = migrations): void {
  connection.write(() => {
    connection.script(
      "CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT",
    );
    const applied = connection.all<Applied>("SELECT version, checksum FROM migrations ORDER BY version");
    const newest = steps.at(-1)?.version ?? 0;
    const ahead = applied.find(({ version }) => version > newest);
    if (ahead) {
      throw new CollectorError(
        "schema_ahead",
        `the database is at schema ${ahead.version}, this program knows ${newest}: install a newer version of it`,
      );
    }
    for (const step of steps) {
      const checksum = createHash("sha256").update(step.sql).digest("hex");
      const done = applied.find(({ version }) => version === step.version);
      if (done && done.checksum !== checksum) {
        throw new CollectorError(
          "schema_changed",
          `schema step ${step.version} (${step.name}) was applied in another form: this file belongs to another build`,
        );
      }
      if (done) continue;
      connection.script(step.sql);
      connection.run("INSERT INTO migrations VALUES (?, ?, ?)", step.version, step.name, checksum);
    }
  });
}
