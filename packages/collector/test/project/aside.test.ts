import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryJournal } from "@isotherm/journal/memory";
import { edgeOf, fixtureTime, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { pino } from "pino";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { openAside } from "../../src/project/aside.js";
import { createProjector } from "../../src/project/projector.js";
import { encodeArrival } from "../../src/project/record.js";
import { sqliteStore } from "../../src/store/sqlite/store.js";
import type { Store } from "../../src/store/store.js";
import { siteOf } from "../store/site.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "isotherm-"));
  onTestFinished(() => rm(folder, { recursive: true }));
});

const arrivals = (count: number) =>
  Array.from({ length: count }, (_, seq) => {
    const batch = sealedBatchOf({ id: `batch-${seq}`, seq, edge: edgeOf() });
    return encodeArrival({ site: "shop", batch, receivedAt: fixtureTime });
  });

const holds = (record: Uint8Array, id: string): boolean => Buffer.from(record).includes(`"id":"${id}"`);

async function openStore(): Promise<Store> {
  const store = await sqliteStore({ file: join(folder, "store.sqlite"), threads: false });
  onTestFinished(() => store.close());
  await store.migrate();
  await store.putSite(siteOf());
  return store;
}

/** A store that stumbles over some batches, or is away. */
function stumbling(store: Store, faults: { poison: readonly string[]; away?: boolean }): Store {
  return {
    ...store,
    project(chunk) {
      if (faults.away) return Promise.reject(new Error("the store is away"));
      if (chunk.records.some((record) => faults.poison.some((id) => holds(record, id))))
        return Promise.reject(new Error("it cannot be derived"));
      return store.project(chunk);
    },
  };
}

function start(store: Store, journal = memoryJournal()) {
  const logger = pino({ level: "silent" });
  const projector = createProjector({
    ...{ journal, store, folder, name: "collector", now: () => fixtureTime, logger },
    ...{ gather: 1, retry: { first: 1, most: 4 } },
  });
  onTestFinished(() => projector.close());
  return { journal, projector };
}

const received = async (store: Store): Promise<number> => {
  const today = { site: "shop", range: { from: "2026-11-21", to: "2026-11-21" }, now: fixtureTime };
  return (await store.queries.delivery(today)).received;
};
const lines = async (): Promise<readonly string[]> =>
  (await readFile(join(folder, "aside.ndjson"), "utf8")).split("\n").filter(Boolean);

describe("records that the store does not take", () => {
  test("hold up no others, lie aside with the reason, and are said", async () => {
    const store = await openStore();
    const { journal, projector } = start(stumbling(store, { poison: ["batch-0", "batch-77", "batch-199"] }));
    await journal.append(arrivals(200));
    await projector.settled();
    expect(await received(store)).toBe(197);
    expect(await projector.health()).toEqual({ running: true, waiting: 0, lag: 0, failing: null, aside: 3 });
    const kept = (await lines()).map((line) => JSON.parse(line) as { at: number; reason: string; record: string });
    expect(kept.map(({ at, reason }) => [at, reason])).toEqual(
      Array.from({ length: 3 }, () => [fixtureTime, "it cannot be derived"]),
    );
    expect(
      ["batch-0", "batch-77", "batch-199"].map((id, i) => holds(Buffer.from(kept[i]?.record ?? "", "base64"), id)),
    ).toEqual([true, true, true]);
  });

  test("are offered again at each start, and leave when they are taken", async () => {
    const store = await openStore();
    const faults = { poison: ["batch-3", "batch-5"] };
    const first = start(stumbling(store, faults));
    await first.journal.append(arrivals(8));
    await first.projector.settled();
    await first.projector.close();
    faults.poison = ["batch-5"];
    const second = start(stumbling(store, faults), first.journal);
    await second.projector.settled();
    await vi.waitFor(async () => expect((await second.projector.health()).aside).toBe(1));
    expect(await received(store)).toBe(7);
    expect(await lines()).toHaveLength(1);
  });

  test("are none while it is the store that is away", async () => {
    const store = await openStore();
    const faults = { poison: [], away: false };
    const { journal, projector } = start(stumbling(store, faults));
    await projector.settled();
    faults.away = true;
    await journal.append(arrivals(1));
    // Longer than a record needs to be found guilty.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await projector.health()).toMatchObject({ waiting: 1, failing: "the store is away", aside: 0 });
    faults.away = false;
    await projector.settled();
    expect(await received(store)).toBe(1);
  });
});

describe("what lies aside", () => {
  test("outlives the process, but for a line that was being written when it died", async () => {
    const first = await openAside(folder);
    await first.put(Uint8Array.of(1, 2, 3), "because", 7);
    await appendFile(join(folder, "aside.ndjson"), '{"at":8,"rea');
    const second = await openAside(folder);
    expect(second.count()).toBe(1);
    await second.put(Uint8Array.of(4), "too", 9);
    const taken: number[][] = [];
    const third = await openAside(folder);
    await third.retry(async (record) => taken.push([...record]));
    expect(taken).toEqual([[1, 2, 3], [4]]);
    expect((await openAside(folder)).count()).toBe(0);
  });

  test("is kept where nobody can read it", async () => {
    await appendFile(join(folder, "aside.ndjson"), "odd\n");
    const aside = await openAside(folder);
    await aside.put(Uint8Array.of(1), "because", 7);
    await aside.retry(async () => undefined);
    expect(await lines()).toEqual(["odd"]);
  });

  test("is bounded: then the projector waits", async () => {
    const aside = await openAside(folder);
    const half = new Uint8Array(25 * 1_024 * 1_024);
    await aside.put(half, "because", 7);
    await expect(aside.put(half, "because", 7)).rejects.toMatchObject({ code: "aside_full" });
    expect(aside.count()).toBe(1);
  });
});
