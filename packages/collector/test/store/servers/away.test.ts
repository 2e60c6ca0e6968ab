import { fixtureTime } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { lineTo } from "../../servers/cut.js";
import { theServer } from "../../servers/databases.js";
import { chunkOf, opening, openSite } from "../../servers/opening.js";
import { siteOf } from "../site.js";

const today = { site: "shop", range: { from: "2026-11-21", to: "2026-11-21" }, filters: [], now: fixtureTime };

const kind = theServer();

describe(`a store that is away (${kind.name})`, () => {
  test("rejects, and works again by itself, also where it went amid a chunk", async () => {
    const place = await opening();
    const line = await lineTo(place.url);
    onTestFinished(() => line.close());
    const store = await openSite(place, { url: line.url, deadline: 60_000 });
    const chunk = chunkOf(300);
    const projected = store.project(chunk).then(
      () => "done",
      (error: { readonly code?: string }) => error.code,
    );
    // It is at work once a slice of it is stored.
    const visits = async (): Promise<number> => (await store.queries.summary(today)).numbers.visits;
    await vi.waitFor(async () => expect(await visits()).toBeGreaterThan(0), { timeout: 50_000, interval: 5 });
    await line.cut();
    expect(await projected).toBe("store_unavailable");
    await expect(store.ping()).rejects.toMatchObject({ code: "store_unavailable" });
    await expect(store.project(chunk)).rejects.toMatchObject({ code: "store_unavailable" });
    await expect(store.queries.summary(today)).rejects.toMatchObject({ code: "store_unavailable" });

    await line.restore();
    expect(await store.cursor("one")).toBe(0);
    const { stored, duplicates } = await store.project(chunk);
    expect(duplicates).toBeGreaterThan(0);
    expect(stored + duplicates).toBe(300);
    expect(await visits()).toBe(300);
  });

  test("blames itself for a table that is missing, and a record for what does not fit", async () => {
    const place = await opening();
    const store = await openSite(place);
    const connection = place.connect();
    const fault = store.putSite(siteOf({ id: "other", createdAt: 1e25 }));
    await expect(fault).rejects.not.toMatchObject({ code: "store_unavailable" });
    connection.script("ALTER TABLE raw RENAME TO elsewhere");
    await expect(store.project(chunkOf(2))).rejects.toMatchObject({ code: "store_unavailable" });
    connection.script("ALTER TABLE elsewhere RENAME TO raw");
    expect(await store.project(chunkOf(2))).toMatchObject({ stored: 2 });
  });

  test("ends a query at the server that takes too long, and answers the next", { timeout: 300_000 }, async () => {
    const place = await opening();
    // A thread that has yet to start on a busy machine needs some seconds, and is ended with a query that is too late.
    const store = await openSite(place, { deadline: 12_000 });
    const connection = place.connect();
    await vi.waitFor(() => store.queries.summary(today), { timeout: 100_000 });
    const lock = kind.name === "postgres" ? "BEGIN; LOCK TABLE sessions" : "LOCK TABLES sessions WRITE";
    connection.script(lock);
    await expect(store.queries.summary(today)).rejects.toMatchObject({ code: "query_timeout" });
    const others =
      kind.name === "postgres"
        ? "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        : "SELECT count(*) AS n FROM information_schema.processlist WHERE db = DATABASE() AND state LIKE 'Waiting%lock'";
    await vi.waitFor(() => expect(connection.get(others)).toEqual({ n: 0 }), { timeout: 60_000 });
    connection.script(kind.name === "postgres" ? "ROLLBACK" : "UNLOCK TABLES");
    await vi.waitFor(() => store.queries.summary(today), { timeout: 100_000 });
  });
});
