import { join } from "node:path";
import pg from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { importHeat } from "../../../../src/import/import-heat.js";
import { sqliteStore } from "../../../../src/store/sqlite/store.js";
import { temporaryFolder } from "../../../running.js";
import { databaseName, theServer } from "../../../servers/databases.js";
import { siteOf } from "../../site.js";

/** The tables of heat-collector 0.3.7 in PostgreSQL, as its dist/chunk-*.js makes them. */
const tables = `
CREATE TABLE projects (id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, created_at BIGINT NOT NULL);
CREATE TABLE users (id TEXT PRIMARY KEY, project_id TEXT NOT NULL, external_id TEXT NOT NULL, traits_json TEXT,
  created_at BIGINT NOT NULL);
CREATE TABLE sessions (id TEXT PRIMARY KEY, project_id TEXT NOT NULL, user_id TEXT, started_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL, first_path TEXT NOT NULL, user_agent TEXT, device_json TEXT, ip_hash TEXT);
CREATE TABLE events (id TEXT PRIMARY KEY, project_id TEXT NOT NULL, session_id TEXT NOT NULL, user_id TEXT,
  type TEXT NOT NULL, ts BIGINT NOT NULL, path TEXT NOT NULL, selector TEXT, x INTEGER, y INTEGER, scroll_depth INTEGER,
  meta_json TEXT);
INSERT INTO projects VALUES ('p-1', 'pk-live', 'Default', 0), ('p-2', 'pk-test', 'Default', 0);
INSERT INTO users VALUES ('u-1', 'p-1', 'ann', NULL, 0);
`;
const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const begun = Date.parse("2026-11-21T10:00:00Z");
const sessions = 1_500;

const { server, create, drop } = theServer();

// heat-collector makes no tables in MariaDB: its statements name a column `key` without quotes.
describe("a heat-collector's data in PostgreSQL", () => {
  test("is imported whole, each event once, more of it than lies in memory at once", async () => {
    const name = databaseName();
    const url = await create(name);
    onTestFinished(async () => void (await drop(name)));
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(tables);
    await client.query(
      `INSERT INTO sessions SELECT 's-' || n, 'p-1', CASE WHEN n = 1 THEN 'u-1' END, $1::bigint + n, $1::bigint + n, '/', $2
       FROM generate_series(1, $3::int) n`,
      [begun, agent, sessions],
    );
    const meta = JSON.stringify({ viewport: { w: 1280, h: 720 }, device: {}, meta: { viewportBucket: "1300x700" } });
    const events = `INSERT INTO events SELECT $4 || n, 'p-1', 's-' || n, NULL, $4, $1::bigint + n + $5::int, '/', NULL,
      CASE WHEN $4 = 'click' THEN 10 END, CASE WHEN $4 = 'click' THEN 20 END, NULL, $2 FROM generate_series(1, $3::int) n`;
    await client.query(events, [begun, meta, sessions, "pageview", 0]);
    await client.query(events, [begun, meta, sessions, "click", 500]);
    await client.query(
      "INSERT INTO events SELECT 'again', project_id, session_id, user_id, type, ts, path, selector, x, y, scroll_depth, meta_json FROM events WHERE id = 'click7'",
    );
    await client.end();

    const store = await sqliteStore({ file: join(await temporaryFolder(), "store.sqlite"), threads: false });
    onTestFinished(() => store.close());
    await store.migrate();
    await store.putSite(siteOf());
    const steps: (readonly [number, number])[] = [];
    const onProgress = (done: number, total: number): void => void steps.push([done, total]);
    const report = await importHeat({ store, site: "shop", from: url, project: "pk-live", onProgress });
    expect(report).toEqual({
      ...{ rows: 2 * sessions + 1, stored: 2 * sessions, duplicates: 0 },
      leftOut: { copy: 1, empty: 0, invalid: 0 },
    });
    expect(steps.length).toBeGreaterThan(4);
    expect(steps.map(([done]) => done)).toEqual(steps.map(([done]) => done).toSorted((a, b) => a - b));
    expect(steps.at(-1)).toEqual([report.rows, report.rows]);
    const day = { from: "2026-11-21", to: "2026-11-21" };
    const { numbers } = await store.queries.summary({ site: "shop", range: day, filters: [], now: begun });
    expect(numbers).toMatchObject({ visits: sessions, visitors: sessions, pageViews: sessions });
    const first = { site: "shop", path: null, from: null, to: null, user: "ann", limit: 5, offset: 0 };
    expect((await store.queries.heatSessions(first)).sessions).toMatchObject([{ sessionId: "s-1", eventCount: 2 }]);
    const again = await importHeat({ store, site: "shop", from: url, project: "p-1" });
    expect(again).toMatchObject({ stored: 0, duplicates: 2 * sessions });
    await expect(importHeat({ store, site: "shop", from: url })).rejects.toMatchObject({
      code: "import_invalid",
      message: "name the project; the database has pk-live, pk-test",
    });
    await expect(importHeat({ store, site: "shop", from: server })).rejects.toMatchObject({ code: "import_invalid" });
  });
});
