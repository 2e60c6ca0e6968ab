import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BatchJournal } from "@isotherm/journal";
import { memoryJournal } from "@isotherm/journal/memory";
import { edgeOf, fixtureTime, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { pino } from "pino";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { identify } from "../../src/project/identity.js";
import { createProjector, type ProjectorOptions } from "../../src/project/projector.js";
import { encodeArrival, encodeGone } from "../../src/project/record.js";
import { sqliteStore } from "../../src/store/sqlite/store.js";
import type { Chunk, Store } from "../../src/store/store.js";
import { siteOf } from "../store/site.js";

const today = { site: "shop", range: { from: "2026-11-21", to: "2026-11-21" }, filters: [], now: fixtureTime };

async function openStore(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), "isotherm-"));
  const store = await sqliteStore({ file: join(folder, "store.sqlite"), threads: false });
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  await store.migrate();
  await store.putSite(siteOf());
  return store;
}

const folder = await mkdtemp(join(tmpdir(), "isotherm-"));
afterAll(() => rm(folder, { recursive: true }));

function start(journal: BatchJournal, store: Store, options: Partial<ProjectorOptions> = {}) {
  const projector = createProjector({
    ...{ journal, store, folder, name: "collector", now: () => fixtureTime, logger: pino({ level: "silent" }) },
    ...{ retry: { first: 1, most: 4 }, ...options },
  });
  onTestFinished(() => projector.close());
  return projector;
}

const patience = { timeout: 20_000 };

let seq = 0;
const arrivals = (count: number) =>
  Array.from({ length: count }, () =>
    encodeArrival({ site: "shop", batch: sealedBatchOf({ seq: seq++, edge: edgeOf() }), receivedAt: fixtureTime }),
  );
const cursorOf = async (journal: BatchJournal, store: Store): Promise<number> =>
  store.cursor(`collector:${(await identify(journal)).id}`);
const readerOf = async (journal: BatchJournal): Promise<number> =>
  (await journal.reader((await identify(journal)).reader)).position;
const received = async (store: Store): Promise<number> => (await store.queries.delivery(today)).received;

/** The store, with `project` replaced; what it replaces is given to it. */
const withProject = (
  store: Store,
  project: (chunk: Chunk, real: Store["project"]) => ReturnType<Store["project"]>,
): Store => ({
  ...store,
  project: (chunk) => project(chunk, store.project),
});

describe("a projector", () => {
  test("carries everything into the store, before and after it starts, in chunks", async () => {
    const [journal, store] = [memoryJournal(), await openStore()];
    const sizes: number[] = [];
    const watched = withProject(store, (chunk, real) => {
      sizes.push(chunk.records.length);
      return real(chunk);
    });
    await journal.append(arrivals(7));
    const projector = start(journal, watched, { records: 3 });
    await projector.settled();
    expect(sizes).toEqual([3, 3, 1]);
    await journal.append(arrivals(2));
    await projector.settled();
    expect(await received(store)).toBe(9);
    expect(await cursorOf(journal, store)).toBe(9);
    expect(await projector.health()).toEqual({ running: true, waiting: 0, lag: 0, failing: null, aside: 0 });
  });

  test("gathers a trickle into few chunks, after a first record that does not wait", async () => {
    const journal = memoryJournal();
    const store = await openStore();
    const chunks: number[] = [];
    const counting = withProject(store, (chunk, real) => {
      chunks.push(chunk.records.length);
      return real(chunk);
    });
    start(journal, counting, { gather: 1_000 });
    await journal.append(arrivals(1));
    await vi.waitFor(() => expect(chunks).toEqual([1]), patience);
    for (const one of arrivals(5)) await journal.append([one]);
    await vi.waitFor(() => expect(chunks.reduce((sum, n) => sum + n, 0)).toBe(6), patience);
    expect(chunks).toEqual([1, 5]);
  });

  test("takes a full chunk at once", async () => {
    const journal = memoryJournal();
    const store = await openStore();
    const projector = start(journal, store, { gather: 3_600_000, records: 2 });
    await journal.append(arrivals(1));
    await projector.settled();
    await journal.append(arrivals(4));
    await vi.waitFor(async () => expect(await received(store)).toBe(5), patience);
  });

  test("lets the journal trim what the store has, and nothing else", async () => {
    const [journal, store] = [memoryJournal(), await openStore()];
    let away = true;
    const projector = start(
      journal,
      withProject(store, (chunk, real) => (away ? Promise.reject(new Error("away")) : real(chunk))),
    );
    await journal.append(arrivals(4));
    await expect.poll(async () => (await projector.health()).failing).toBe("away");
    await journal.trim(4);
    expect((await journal.stats()).records).toBe(4);
    away = false;
    await projector.settled();
    expect(await readerOf(journal)).toBe(4);
    expect((await journal.stats()).records).toBe(0);
  });

  test("says once that the store is away, however often it tries", async () => {
    const [journal, store] = [memoryJournal(), await openStore()];
    const lines: string[] = [];
    const logger = pino({}, { write: (line: string) => void lines.push(line) });
    let attempts = 0;
    const away = withProject(store, () => {
      attempts++;
      return Promise.reject(new Error("the store is away"));
    });
    await journal.append(arrivals(1));
    const projector = start(journal, away, { logger, gather: 20, retry: { first: 1, most: 200 } });
    await vi.waitFor(() => expect(attempts).toBeGreaterThan(12), patience);
    expect((await projector.health()).failing).toBe("the store is away");
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      "the projector waits and tries again",
    ]);
  });

  test("waits while the store is away, says so, and loses nothing", async () => {
    const [journal, store] = [memoryJournal(), await openStore()];
    let [away, failures] = [true, 0];
    const flaky = withProject(store, (chunk, real) => {
      if (!away) return real(chunk);
      failures++;
      return Promise.reject(new Error("the store is away"));
    });
    await journal.append(arrivals(3));
    const projector = start(journal, flaky, { now: () => fixtureTime + 700 });
    await expect.poll(() => failures).toBeGreaterThan(3);
    expect(await projector.health()).toEqual({
      running: true,
      waiting: 3,
      lag: 700,
      failing: "the store is away",
      aside: 0,
    });
    away = false;
    await projector.settled();
    expect(await received(store)).toBe(3);
    expect(await projector.health()).toEqual({ running: true, waiting: 0, lag: 0, failing: null, aside: 0 });
  });

  test("goes on where the store stands, when it died between store and journal", async () => {
    const [journal, store] = [memoryJournal(), await openStore()];
    await journal.append(arrivals(5));
    const deaf: BatchJournal = {
      ...journal,
      advance: (name, to, tally) => (to > 0 ? Promise.reject(new Error("died")) : journal.advance(name, to, tally)),
    };
    const dying = start(deaf, store);
    await expect.poll(async () => (await dying.health()).failing).toBe("died");
    await dying.close();
    const projector = start(journal, store);
    await projector.settled();
    expect(await received(store)).toBe(5);
    expect(await readerOf(journal)).toBe(await cursorOf(journal, store));
  });

  test("asks the store again when its cursor was moved by another", async () => {
    const [journal, store] = [memoryJournal(), await openStore()];
    await journal.append(arrivals(4));
    let once = true;
    const contested = withProject(store, async (chunk, real) => {
      if (once) {
        once = false;
        await real({ ...chunk, to: 2, records: chunk.records.slice(0, 2) });
      }
      return await real(chunk);
    });
    await start(journal, contested).settled();
    expect(await cursorOf(journal, store)).toBe(4);
    expect(await store.queries.delivery(today)).toMatchObject({ received: 4, duplicates: 0 });
  });

  test("skips a record that no one can read, and counts it", async () => {
    const [journal, store] = [memoryJournal(), await openStore()];
    await journal.append([...arrivals(1), { id: "odd", data: Uint8Array.of(9, 9, 9) }, ...arrivals(1)]);
    await start(journal, store).settled();
    expect(await received(store)).toBe(2);
    const { readers } = await journal.stats();
    expect(Object.values(readers)).toMatchObject([{ tally: { unreadable: 1 } }]);
  });

  test("carries reported discards too", async () => {
    const [journal, store] = [memoryJournal(), await openStore()];
    const gone = [{ tab: "lost", seq: 0, n: 5, reason: "quota" as const }];
    await journal.append([encodeGone({ site: "shop", gone, receivedAt: fixtureTime })]);
    await start(journal, store).settled();
    expect(await store.queries.delivery(today)).toMatchObject({ tabs: 1, lost: 1, gone: { quota: 1 } });
  });

  test("reads all of a journal that took the place of another, however far the store had come with that one", async () => {
    const store = await openStore();
    const old = memoryJournal();
    await old.append(arrivals(6));
    const first = start(old, store);
    await first.settled();
    await first.close();
    const fresh = memoryJournal();
    // More than the old one held: from its places alone nobody could tell the two apart.
    await fresh.append(arrivals(8));
    await start(fresh, store).settled();
    expect(await received(store)).toBe(14);
    expect(await cursorOf(fresh, store)).toBe(8);
    expect(await cursorOf(old, store)).toBe(6);
  });

  test("reads a journal from its start that has lost its end", async () => {
    const [journal, store] = [memoryJournal(), await openStore()];
    const { id } = await identify(journal);
    await store.project({ journal: `collector:${id}`, from: 0, to: 9, records: [] });
    await journal.append(arrivals(2));
    await start(journal, store).settled();
    expect(await received(store)).toBe(2);
    expect(await cursorOf(journal, store)).toBe(2);
  });

  test("stops after the chunk in hand, and lets nobody wait for what it leaves", async () => {
    const [journal, store] = [memoryJournal(), await openStore()];
    await journal.append(arrivals(4));
    let projector = { close: async (): Promise<void> => undefined };
    let closing: Promise<void> | undefined;
    const closer = withProject(store, (chunk, real) => {
      closing ??= projector.close();
      return real(chunk);
    });
    const started = start(journal, closer, { records: 1 });
    projector = started;
    await started.settled();
    await closing;
    expect(await received(store)).toBe(1);
    expect(await cursorOf(journal, store)).toBe(1);
  });
});
