import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fixtures, sealedBatchOf, edgeOf, fixtureTime, pageOf } from "@isotherm/protocol/fixtures";
import { expect, test } from "vitest";
import { sqliteStore } from "../../src/store/sqlite/store.js";

for (const threads of [false, true])
test("smoke " + threads, async () => {
  const store = await sqliteStore({ file: join(mkdtempSync(join(tmpdir(), "iso-")), "a.sqlite"), threads });
  await store.migrate();
  await store.putSite({ id: "s1", name: "S", group: "g", timeZone: "Europe/Paris", origins: ["https://shop.example"], privacy: { gpc: "strip", dnt: "ignore" }, demo: false, createdAt: 1 });
  const batches = [0, 1, 2].map((i) => ({
    site: "s1",
    receivedAt: fixtureTime + 2000,
    batch: sealedBatchOf({ seq: i, at: fixtureTime + i * 1000, page: pageOf({ id: "p" }), events: Object.values(fixtures).filter(e => i === 0 || e.type !== "page") as never, edge: edgeOf({ at: fixtureTime + 5000 }) }),
  }));
  const report = await store.project({ journal: "j", from: 0, to: 3, batches, gone: [] });
  expect(report).toEqual({ stored: 3, duplicates: 0, failed: {} });
  const q = { site: "s1", range: { from: "2026-11-21", to: "2026-11-21" }, filters: [], now: fixtureTime + 10_000 };
  console.log(JSON.stringify(await store.queries.summary(q)));
  console.log(JSON.stringify(await store.queries.heatmap({ ...q, page: "/pricing", kind: "click", bucket: null })));
  console.log(JSON.stringify(await store.queries.pages({ ...q, limit: 10 })));
  console.log(JSON.stringify(await store.queries.breakdown({ ...q, dimension: "event", search: "", sort: "visits", limit: 5, cursor: null })));
  console.log(JSON.stringify((await store.queries.series({ ...q, metric: "visits", interval: "hour" })).points));
  const ss = await store.queries.sessions({ ...q, limit: 5, cursor: null });
  console.log(JSON.stringify(ss));
  console.log(JSON.stringify(await store.queries.session({ id: ss.sessions[0]!.id })).slice(0, 600));
  console.log(JSON.stringify(await store.queries.delivery(q)));
  await store.ping();
  await store.close();
});
