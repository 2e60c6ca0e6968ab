import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryJournal } from "@isotherm/journal/memory";
import { edgeOf, fixtureTime, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { pino } from "pino";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { enricher } from "../../src/enrich/enrich.js";
import { sortArrivals } from "../../src/project/arrivals.js";
import { createProjector } from "../../src/project/projector.js";
import { encodeArrival } from "../../src/project/record.js";
import { project, type Run } from "../../src/store/sql/project.js";
import { runCore } from "../../src/store/sql/run-core.js";
import { writer } from "../../src/store/sql/writer.js";
import { connect } from "../../src/store/sqlite/connect.js";
import { errorOf } from "../../src/store/sqlite/error-of.js";
import { sqliteStore } from "../../src/store/sqlite/store.js";
import type { Chunk, Store } from "../../src/store/store.js";
import { siteOf } from "../store/site.js";

/** A store whose file can be kept from growing, with the attempts to project into it. */
async function boundedStore(folder: string): Promise<{
  readonly store: Store;
  /** Chunks that were tried, by their records. */
  readonly tried: number[];
  /** Pages of the file that may be in use: null for all that fit on the disk. */
  bound(more: number | null): void;
  /** Changes the file behind the store's back. */
  change(sql: string): void;
}> {
  const file = join(folder, "store.sqlite");
  const real = await sqliteStore({ file, threads: false });
  await real.migrate();
  await real.putSite(siteOf());
  const connection = connect(file, "write");
  onTestFinished(async () => {
    connection.close();
    await real.close();
  });
  const writing = writer(connection, enricher(), 1_000);
  const tried: number[] = [];
  const core = {
    project: (run: Run, records: readonly Uint8Array[]) => project(writing, run, sortArrivals(records), () => 0),
  };
  const projected = async ({ records, ...run }: Chunk) => {
    tried.push(records.length);
    return (await runCore(core, "project", [run, records], errorOf)) as Awaited<ReturnType<Store["project"]>>;
  };
  return {
    store: { ...real, project: projected },
    tried,
    change: (sql) => connection.run(sql),
    bound(more) {
      // Pages that a step of the schema has left free would still take a record.
      if (more !== null) connection.script("VACUUM");
      const { page_count: pages } = connection.get<{ page_count: number }>("PRAGMA page_count") ?? { page_count: 0 };
      connection.get(`PRAGMA max_page_count = ${more === null ? 4_294_967_294 : pages + more}`);
    },
  };
}

const arrivals = (count: number) =>
  Array.from({ length: count }, (_, seq) => {
    const props = { text: "x".repeat(8_000) };
    const batch = sealedBatchOf({
      ...{ id: `batch-${seq}`, tab: `tab-${seq}`, seq: 0, edge: edgeOf() },
      events: [{ type: "custom", t: 1, name: "large", props }],
    });
    return encodeArrival({ site: "shop", batch, receivedAt: fixtureTime });
  });

describe("a database that is at fault", () => {
  test.each([
    ["is full", 1, "SQLITE_FULL"],
    ["is full", 12, "SQLITE_FULL"],
    ["lacks a table", 12, "no such table"],
  ] as const)(
    "and %s has nothing set aside of %i that wait, and takes all of them once it is well",
    async (what, count, reason) => {
      const folder = await mkdtemp(join(tmpdir(), "isotherm-"));
      onTestFinished(() => rm(folder, { recursive: true }));
      const { store, tried, bound, change } = await boundedStore(folder);
      const journal = memoryJournal();
      const projector = createProjector({
        ...{ journal, store, folder, name: "collector", now: () => fixtureTime, logger: pino({ level: "silent" }) },
        ...{ gather: 1, retry: { first: 1, most: 4 } },
      });
      onTestFinished(() => projector.close());
      await projector.settled();
      if (what === "is full") bound(0);
      else change("ALTER TABLE raw RENAME TO elsewhere");
      await journal.append(arrivals(count));
      // Many more attempts at one record alone than it takes to find that one guilty.
      await vi.waitFor(() => expect(tried.filter((records) => records <= 1).length).toBeGreaterThan(20), 20_000);
      const { failing, waiting, aside } = await projector.health();
      expect({ waiting, aside }).toEqual({ waiting: count, aside: 0 });
      expect(failing).toContain(reason);
      expect((await readdir(folder)).filter((name) => name.startsWith("aside"))).toEqual([]);

      if (what === "is full") bound(null);
      else change("ALTER TABLE elsewhere RENAME TO raw");
      await projector.settled();
      expect(await projector.health()).toEqual({ running: true, waiting: 0, lag: 0, failing: null, aside: 0 });
      const today = { site: "shop", range: { from: "2026-11-21", to: "2026-11-21" }, now: fixtureTime };
      expect((await store.queries.delivery(today)).received).toBe(count);
    },
  );
});
