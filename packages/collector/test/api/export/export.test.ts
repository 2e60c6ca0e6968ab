import { request } from "node:http";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { memoryJournal } from "@isotherm/journal/memory";
import type { Event } from "@isotherm/protocol";
import { fixtures } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test } from "vitest";
import { encodeArrival } from "../../../src/project/record.js";
import { exportColumns } from "../../../src/store/export.js";
import { connect } from "../../../src/store/sqlite/connect.js";
import { sqliteStore } from "../../../src/store/sqlite/store.js";
import type { Store } from "../../../src/store/store.js";
import { otherReadKey, readKey, running, temporaryFolder } from "../../running.js";
import { type VisitOptions, visitOf } from "../../store/visit.js";

const at = Date.parse("2026-11-21T10:00:00Z");
const days = "from=2026-11-01&to=2026-11-30";

/** A collector on SQLite with these visits; `asked` counts the pages that were read. */
async function stocked(visits: readonly VisitOptions[], threads = false) {
  const file = join(await temporaryFolder(), "store.sqlite");
  // Days that are derived again meanwhile would hold the lock, and memory.
  const store = await sqliteStore({ file, threads, settle: 600_000 });
  onTestFinished(() => store.close());
  await store.migrate();
  let asked = 0;
  const counting: Store = {
    ...store,
    queries: {
      ...store.queries,
      exportPage: (query) => {
        asked++;
        return store.queries.exportPage(query);
      },
    },
  };
  const journal = memoryJournal();
  const it = await running<Store>({ store: counting, journal });
  const batches = visits.flatMap(visitOf);
  const records = batches.map((batch) => encodeArrival({ site: "shop", batch, receivedAt: batch.edge.at }));
  for (let from = 0; from < records.length; from += 500) await journal.append(records.slice(from, from + 500));
  await it.collector.settled();
  const rows = async (query: string): Promise<readonly Record<string, unknown>[]> => {
    const answer = await it.get(`/v1/sites/shop/export?format=ndjson&${days}&${query}`);
    expect(answer.status).toBe(200);
    const lines = (await answer.text()).split("\n");
    expect(lines.pop()).toBe("");
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return { ...it, file, rows, asked: () => asked };
}

const events: readonly Event[] = [
  { ...fixtures.custom, t: 100, name: "=signup", passive: false },
  { type: "goal", t: 200, name: "order", value: 9.5, currency: "EUR" },
];

describe("GET /v1/sites/:id/export", () => {
  test("has every visit, page view, event and day of the period, and of people alone", async () => {
    const robot = { ua: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)" };
    const { rows } = await stocked([
      { visitor: "a", at, pages: ["/", "/b"], events, user: "ann" },
      { visitor: "b", at: at + 86_400_000 },
      { visitor: "c", at: Date.parse("2026-10-21T10:00:00Z") },
      { visitor: "d", at, edge: robot },
    ]);
    const visits = await rows("model=visits");
    expect(visits.map(({ start, entry, exit, page_views, user }) => [start, entry, exit, page_views, user])).toEqual([
      ["2026-11-21T10:00:00.000Z", "/", "/b", 2, "ann"],
      ["2026-11-22T10:00:00.000Z", "/", "/", 1, null],
    ]);
    expect(visits[0]).toMatchObject({ duration: 60_000, bounce: false, campaign: null });
    const id = visits[0]?.id;
    expect(
      (await rows("model=page_views")).map(({ visit, page, views, title }) => [visit === id, page, views, title]),
    ).toEqual([
      [true, "/", 1, "/"],
      [true, "/b", 1, "/b"],
      [false, "/", 1, "/"],
    ]);
    expect(await rows("model=events")).toMatchObject([
      { visit: id, user: "ann", type: "custom", name: "=signup", properties: { plan: "pro", seats: 3 } },
      { visit: id, type: "goal", name: "order", value: 9.5, currency: "EUR", properties: null },
    ]);
    const totals = await rows("model=days");
    expect(totals.filter(({ dimension }) => dimension === "all")).toEqual([
      {
        day: "2026-11-21",
        dimension: "all",
        value: "",
        visitors: 1,
        visits: 1,
        page_views: 2,
        bounces: 0,
        duration: 60_000,
        clicks: 0,
      },
      {
        day: "2026-11-22",
        dimension: "all",
        value: "",
        visitors: 1,
        visits: 1,
        page_views: 1,
        bounces: 1,
        duration: 0,
        clicks: 0,
      },
    ]);
    expect(totals).toContainEqual(
      expect.objectContaining({ day: "2026-11-21", dimension: "event", value: "order", visits: 1 }),
    );
  });

  test("is CSV with a header, in which nothing of a visitor's is a formula, and JSON lines with the same names", async () => {
    const { get } = await stocked([{ visitor: "a", at, events }]);
    const answer = await get(`/v1/sites/shop/export?model=events&${days}`);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": 'attachment; filename="shop-events-2026-11-01-2026-11-30.csv"',
      "cache-control": "no-store",
    });
    const [header, first] = (await answer.text()).split("\r\n");
    expect(header).toBe(exportColumns.events.join(","));
    expect(first).toContain(",custom,'=signup,");
    expect(first).toContain('"{""plan"":""pro"",""seats"":3');
  });

  test("is zipped for whoever asks for that", async () => {
    const { server, asked } = await stocked([{ visitor: "a", at }]);
    const ask = async (encoding: string): Promise<readonly [string | null, string]> => {
      return new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${readKey}`, "accept-encoding": encoding };
        request(`${server.url}/v1/sites/shop/export?model=visits&${days}`, { headers }, async (answer) => {
          const chunks: Buffer[] = [];
          for await (const chunk of answer) chunks.push(chunk as Buffer);
          const zipped = answer.headers["content-encoding"] ?? null;
          const bytes = Buffer.concat(chunks);
          resolve([zipped, (zipped === "gzip" ? gunzipSync(bytes) : bytes).toString()]);
        })
          .once("error", reject)
          .end();
      });
    };
    const [plain, text] = await ask("identity");
    expect(plain).toBeNull();
    for (const encoding of ["gzip", "br, gzip;q=0.5"]) expect(await ask(encoding)).toEqual(["gzip", text]);
    for (const encoding of ["br", "gzip;q=0", "gzip; q=0.000"]) expect(await ask(encoding)).toEqual([null, text]);
    expect(asked()).toBe(6);
  });

  test("is for whoever has a read key of the site, and refuses what it does not know before it begins", async () => {
    const { get } = await stocked([]);
    const path = `/v1/sites/shop/export?model=visits&${days}`;
    expect((await get(path, null)).status).toBe(401);
    expect((await get(path, otherReadKey)).status).toBe(404);
    for (const query of [
      "",
      "model=everything",
      "model=visits&format=xlsx",
      "model=visits&limit=5",
      "model=days&from=2026-11-01",
    ])
      expect([query, (await get(`/v1/sites/shop/export?${query}`)).status]).toEqual([query, 400]);
    const empty = await get(path);
    expect([empty.status, await empty.text()]).toEqual([200, `${exportColumns.visits.join(",")}\r\n`]);
  });

  test("of 200,000 rows is read as fast as it is taken, in bounded memory, and holds no snapshot", async () => {
    const { file, server, get, asked } = await stocked([{ visitor: "a", at, pages: ["/", "/b"] }], true);
    const database = connect(file, "write");
    // The same visit again and again, a millisecond apart.
    const columns = database
      .all<{ name: string }>("SELECT name FROM pragma_table_info('sessions') WHERE name <> 'n'")
      .map(({ name }) => `"${name}"`);
    const later = columns.map((name) => (name === '"start"' ? "s.start + c.k" : `s.${name}`));
    database.run(
      `INSERT INTO sessions (${columns.join(", ")}) WITH RECURSIVE c (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM c WHERE k < 199999)
       SELECT ${later.join(", ")} FROM c, (SELECT * FROM sessions LIMIT 1) s`,
    );
    // The thread that reads is not what is measured.
    await (await get("/v1/sites/shop/export?model=visits&from=2026-01-01&to=2026-01-02")).text();
    const warm = asked();
    const before = process.memoryUsage().rss;
    let most = before;
    const headers = { authorization: `Bearer ${readKey}`, "accept-encoding": "identity" };
    const answer = await fetch(`${server.url}/v1/sites/shop/export?model=visits&${days}`, { headers });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const first = await reader.read();
    // A reader in the middle of the file holds no snapshot: the log can be folded into the file, whole.
    database.run("UPDATE freshness SET received = received");
    const [folded] = database.all<{ busy: number; log: number; checkpointed: number }>(
      "PRAGMA wal_checkpoint(TRUNCATE)",
    );
    expect(folded).toEqual({ busy: 0, log: 0, checkpointed: 0 });
    database.close();
    let [bytes, lines] = [0, 0];
    const count = (chunk: Uint8Array): void => {
      bytes += chunk.length;
      for (const byte of chunk) if (byte === 0x0a) lines++;
      most = Math.max(most, process.memoryUsage().rss);
      // What the line holds is some megabytes; whoever reads ahead of it has all of them by now.
      expect(asked() - warm).toBeLessThan(lines / 2_000 + 40);
    };
    if (first.value) count(first.value);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      count(value);
    }
    expect(lines).toBe(200_001);
    expect(asked() - warm).toBe(101);
    expect(bytes).toBeGreaterThan(30_000_000);
    // Mostly garbage that nobody has looked for yet.
    expect(most - before).toBeLessThan(200_000_000);
  }, 300_000);
});
