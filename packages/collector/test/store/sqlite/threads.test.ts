import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { fixtureTime } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test } from "vitest";
import { encodeArrival } from "../../../src/project/record.js";
import { sqliteStore } from "../../../src/store/sqlite/store.js";
import { writeMmdb } from "../../mmdb.js";
import { siteOf } from "../site.js";
import { visitOf } from "../visit.js";

const query = { site: "shop", filters: [], now: fixtureTime };
const today = { ...query, range: { from: "2026-11-21", to: "2026-11-21" } };

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "isotherm-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

/** How many threads of this process yield to its others: field 19 of proc_pid_stat(5), after a name that may hold blanks. */
function humble(): number {
  const stats = readdirSync("/proc/self/task").map((id) => readFileSync(`/proc/self/task/${id}/stat`, "utf8"));
  return stats.filter((stat) => Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]) > getPriority()).length;
}

describe("a store in threads", { timeout: 30_000 }, () => {
  test("rejects while its file cannot be opened, and works as soon as it can", async () => {
    const file = join(await folder(), "store.sqlite");
    await mkdir(file);
    const store = await sqliteStore({ file });
    onTestFinished(() => store.close());
    await expect(store.migrate()).rejects.toMatchObject({ code: "store_unavailable" });
    await expect(store.ping()).rejects.toMatchObject({ code: "store_unavailable" });
    await rm(file, { recursive: true });
    await store.migrate();
    await store.ping();
    await store.putSite(siteOf());
    expect((await store.queries.summary(today)).numbers.visits).toBe(0);
  });

  test("reads places on the thread that writes, and refuses at once a file that is none", async () => {
    const path = await folder();
    const places = [join(path, "places.mmdb")];
    writeMmdb(places[0] ?? "", { "203.0.113.0/24": { country: "FR", city: "Paris" } });
    const store = await sqliteStore({ file: join(path, "store.sqlite"), places });
    onTestFinished(() => store.close());
    await store.migrate();
    await store.putSite(siteOf());
    const batches = visitOf({ visitor: "a", at: fixtureTime, edge: { ip: "203.0.113.0" } });
    const records = batches.map((batch) => encodeArrival({ site: "shop", batch, receivedAt: fixtureTime }).data);
    expect(await store.project({ journal: "j", from: 0, to: 1, records })).toMatchObject({ stored: 1, failed: {} });
    const asked = { ...today, dimension: "city", search: "", sort: "visits", limit: 10, cursor: null } as const;
    expect((await store.queries.breakdown(asked)).rows).toMatchObject([{ value: "Paris", visits: 1 }]);
    const wrong = sqliteStore({ file: join(path, "other.sqlite"), places: [join(path, "missing.mmdb")] });
    await expect(wrong).rejects.toMatchObject({ code: "options_invalid" });
  });

  test("tells as many values apart as it was told to, on all threads", async () => {
    const file = join(await folder(), "store.sqlite");
    const store = await sqliteStore({ file, mostValues: 1, settle: 0 });
    onTestFinished(() => store.close());
    await store.migrate();
    await store.putSite(siteOf());
    const batches = ["/", "/", "/b", "/c"].flatMap((page, n) =>
      visitOf({ visitor: `v-${n}`, at: fixtureTime + n, pages: [page] }),
    );
    const records = batches.map((batch) => encodeArrival({ site: "shop", batch, receivedAt: fixtureTime }).data);
    await store.project({ journal: "j", from: 0, to: 4, records });
    const asked = { ...today, dimension: "page", search: "", sort: "visits", limit: 10, cursor: null } as const;
    const expected = [{ value: "(other)" }, { value: "/" }];
    expect((await store.queries.breakdown(asked)).rows).toMatchObject(expected);
    await expect.poll(() => store.folded()).toContainEqual({ dimension: "page", days: 1, values: 2 });
    expect((await store.queries.breakdown(asked)).rows).toMatchObject(expected);
    for (const mostValues of [0, 1.5])
      await expect(sqliteStore({ file, mostValues })).rejects.toMatchObject({ code: "options_invalid" });
  });

  test("ends a query that takes too long, and answers the next", async () => {
    const store = await sqliteStore({ file: join(await folder(), "store.sqlite"), readers: 1, deadline: 3_000 });
    onTestFinished(() => store.close());
    await store.migrate();
    await store.putSite(siteOf());
    // Hours of a thousand years, which nobody asks for through the API.
    const endless = { ...query, range: { from: "1900-01-01", to: "2900-01-01" } };
    const asked = store.queries.series({ ...endless, metric: "visits", interval: "hour" });
    await expect(asked).rejects.toMatchObject({ code: "query_timeout" });
    // On a busy machine a new thread may take longer to start than an answer may.
    const visits = () => store.queries.summary(today).then(({ numbers }) => numbers.visits);
    await expect.poll(visits).toBe(0);
  });

  test.runIf(process.platform === "linux")("writes on a thread that lets the others go first", async () => {
    const before = humble();
    const store = await sqliteStore({ file: join(await folder(), "store.sqlite"), readers: 1 });
    onTestFinished(() => store.close());
    await store.migrate();
    await store.putSite(siteOf());
    await store.queries.summary(today);
    expect(humble() - before).toBe(1);
  });

  test("writes while it answers, and answers while it writes", async () => {
    const store = await sqliteStore({ file: join(await folder(), "store.sqlite"), readers: 2 });
    onTestFinished(() => store.close());
    await store.migrate();
    await store.putSite(siteOf());
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, () => store.queries.summary(today)),
      ...Array.from({ length: 8 }, (_, n) => store.putSite(siteOf({ id: `site-${n}` }))),
    ]);
    expect(answers).toHaveLength(16);
    expect((await store.registry()).sites).toHaveLength(9);
  });
});
