import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { mysqlStore } from "../../src/store/mysql/store.js";
import { postgresStore } from "../../src/store/postgres/store.js";
import { siteOf } from "../store/site.js";

/** What a process that projects is told, as JSON in its first argument. */
export interface Projecting {
  readonly kind: "postgres" | "mysql";
  readonly url: string;
  readonly journal: string;
  /** JSON: a list of chunks, each a list of records in base64. */
  readonly file: string;
}

// A collector's store in a process of its own, as one that is killed has: it goes on from the cursor to the end of its
// journal, and says when it begins a chunk.
const { kind, url, journal, file } = JSON.parse(process.argv[2] ?? "") as Projecting;
const chunks = JSON.parse(readFileSync(file, "utf8")) as readonly (readonly string[])[];
const open = kind === "postgres" ? postgresStore : mysqlStore;
const store = open({ url, readers: 1, settle: 0 });
await store.migrate();
await store.putSite(siteOf());
let position = 0;
const behind = await store.cursor(journal);
for (const chunk of chunks) {
  const run = { journal, from: position, to: position + chunk.length };
  position = run.to;
  if (run.from < behind) continue;
  process.stdout.write(`begins ${run.from}\n`);
  await store.project({ ...run, records: chunk.map((record) => Buffer.from(record, "base64")) });
}
// Days are looked at every millisecond, so that some are derived between two writes of the others, and all afterwards.
await setTimeout(100);
await store.close();
