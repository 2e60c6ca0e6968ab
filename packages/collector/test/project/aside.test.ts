import { appendFile, type FileHandle, mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryJournal } from "@isotherm/journal/memory";
import { edgeOf, fixtureTime, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { pino } from "pino";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { CollectorError } from "../../src/collector-error.js";
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
function stumbling(store: Store, faults: { poison: readonly string[]; away?: boolean; attempts?: number }): Store {
  return {
    ...store,
    project(chunk) {
      faults.attempts = (faults.attempts ?? 0) + 1;
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
    const faults = { poison: [], away: false, attempts: 0 };
    const { journal, projector } = start(stumbling(store, faults));
    await projector.settled();
    faults.away = true;
    const before = faults.attempts;
    await journal.append(arrivals(1));
    // More attempts than it takes to find a record guilty.
    await vi.waitFor(() => expect(faults.attempts - before).toBeGreaterThan(20), 20_000);
    expect(await projector.health()).toMatchObject({ waiting: 1, failing: "the store is away", aside: 0 });
    faults.away = false;
    await projector.settled();
    expect(await received(store)).toBe(1);
  });
});

/** What a record's fate says of the store as a whole, and a thread's end does not. */
describe("a record at which the store alone fails", () => {
  const failingWith = async (code: "store_unavailable" | "thread_ended") => {
    const store = await openStore();
    let attempts = 0;
    const failing: Store = {
      ...store,
      project(chunk) {
        if (chunk.records.length === 0) return store.project(chunk);
        attempts++;
        return Promise.reject(new CollectorError(code, "it fails"));
      },
    };
    const { journal, projector } = start(failing);
    await journal.append(arrivals(1));
    await vi.waitFor(() => expect(attempts).toBeGreaterThan(3), 20_000);
    return { projector, more: () => vi.waitFor(() => expect(attempts).toBeGreaterThan(20), 20_000) };
  };

  test("stays in its place where the store says that it cannot be used", async () => {
    const { projector, more } = await failingWith("store_unavailable");
    await more();
    expect(await projector.health()).toMatchObject({ waiting: 1, failing: "it fails", aside: 0 });
  });

  test("is set aside where the store's thread ends each time", async () => {
    const { projector } = await failingWith("thread_ended");
    await vi.waitFor(async () => expect(await projector.health()).toMatchObject({ waiting: 0, aside: 1 }), 20_000);
  });

  test("lies aside once, however often what follows fails", async () => {
    const store = await openStore();
    let refusals = 0;
    const full: Store = {
      ...store,
      project(chunk) {
        if (chunk.records.length > 0) return Promise.reject(new Error("it cannot be derived"));
        // The step over the record, and not the look at whether the store works.
        if (chunk.to > chunk.from && refusals++ < 5)
          return Promise.reject(new CollectorError("store_unavailable", "full"));
        return store.project(chunk);
      },
    };
    const { journal, projector } = start(full);
    await journal.append(arrivals(1));
    await projector.settled();
    expect(refusals).toBe(6);
    expect(await lines()).toHaveLength(1);
  });
});

/** The class of opened files, whose methods a test may watch or break. */
async function fileHandles(): Promise<FileHandle> {
  const handle = await open(folder, "r");
  await handle.close();
  onTestFinished(() => void vi.restoreAllMocks());
  return Object.getPrototypeOf(handle) as FileHandle;
}

/** A disk that takes only so many bytes of the next write. */
function takesOnly(handles: FileHandle, bytes: number): void {
  vi.spyOn(handles, "writeFile").mockImplementationOnce(async function (this: FileHandle, text) {
    await this.write(String(text).slice(0, bytes));
    throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  });
}

const all = async (): Promise<readonly number[][]> => {
  const taken: number[][] = [];
  const aside = await openAside(folder);
  await aside.retry(async (record) => taken.push([...record]) < 0, new AbortController().signal);
  return taken;
};

describe("what lies aside", () => {
  test("stays whole when a line could be written in part only", async () => {
    const handles = await fileHandles();
    const aside = await openAside(folder);
    await aside.put(Uint8Array.of(1), "because", 7);
    takesOnly(handles, 20);
    await expect(aside.put(Uint8Array.of(2), "because", 8)).rejects.toThrow("ENOSPC");
    expect(aside.count()).toBe(1);
    await aside.put(Uint8Array.of(3), "because", 9);
    expect(await all()).toEqual([[1], [3]]);
    expect(await lines()).toHaveLength(2);
  });

  test("is durable with its name before it is relied on, also when it was written anew", async () => {
    const handles = await fileHandles();
    const done: string[] = [];
    for (const name of ["datasync", "sync"] as const) {
      const real = handles[name];
      vi.spyOn(handles, name).mockImplementation(async function (this: FileHandle) {
        done.push((await this.stat()).isDirectory() ? "folder" : "file");
        await real.call(this);
      });
    }
    const aside = await openAside(folder);
    await aside.put(Uint8Array.of(1), "because", 7);
    expect(done.splice(0).sort()).toEqual(["file", "folder"]);
    await aside.put(Uint8Array.of(2), "because", 7);
    expect(done.splice(0)).toEqual(["file"]);
    await aside.retry(async (record) => record[0] === 1, new AbortController().signal);
    expect(done).toEqual(["file", "folder"]);
  });

  test("is there still as far as it was not offered when the wait ended", async () => {
    const aside = await openAside(folder);
    for (const n of [1, 2, 3]) await aside.put(Uint8Array.of(n), "because", 7);
    const stopping = new AbortController();
    const offered: number[] = [];
    await aside.retry(async ([n = 0]) => {
      offered.push(n);
      stopping.abort();
      return true;
    }, stopping.signal);
    expect(offered).toEqual([1]);
    expect(await all()).toEqual([[2], [3]]);
  });

  test("stays where the store takes nothing", async () => {
    const aside = await openAside(folder);
    for (const n of [1, 2]) await aside.put(Uint8Array.of(n), "because", 7);
    const away = new Error("away");
    const take = async ([n = 0]: Uint8Array): Promise<boolean> => (n === 1 ? true : Promise.reject(away));
    await expect(aside.retry(take, new AbortController().signal)).rejects.toBe(away);
    expect(await all()).toEqual([[1], [2]]);
  });

  test("stays where the store cannot read it, as what newer code has put there", async () => {
    const aside = await openAside(folder);
    await aside.put(Uint8Array.of(99, 1, 2, 3), "because", 7);
    const store = await openStore();
    const { projector } = start(store);
    await projector.settled();
    expect(await projector.health()).toMatchObject({ aside: 1 });
    expect(await lines()).toHaveLength(1);
  });

  test("outlives the process, but for a line that was being written when it died", async () => {
    const first = await openAside(folder);
    await first.put(Uint8Array.of(1, 2, 3), "because", 7);
    await appendFile(join(folder, "aside.ndjson"), '{"at":8,"rea');
    const second = await openAside(folder);
    expect(second.count()).toBe(1);
    await second.put(Uint8Array.of(4), "too", 9);
    expect(await all()).toEqual([[1, 2, 3], [4]]);
    await second.retry(async () => true, new AbortController().signal);
    expect((await openAside(folder)).count()).toBe(0);
  });

  test("is kept where nobody can read it", async () => {
    const odd = Buffer.from([0x6f, 0xff, 0xfe, 0xc3, 0x0a]);
    await appendFile(join(folder, "aside.ndjson"), Buffer.concat([odd, Buffer.of(0xff)]));
    const aside = await openAside(folder);
    await aside.put(Uint8Array.of(1), "für immer", 7);
    expect((await lines())[1]).toContain("für immer");
    await aside.retry(async () => true, new AbortController().signal);
    expect(await readFile(join(folder, "aside.ndjson"))).toEqual(odd);
  });

  test("is bounded: then the projector waits", async () => {
    const aside = await openAside(folder);
    const half = new Uint8Array(25 * 1_024 * 1_024);
    await aside.put(half, "because", 7);
    await expect(aside.put(new Uint8Array(half).fill(1), "because", 7)).rejects.toMatchObject({ code: "aside_full" });
    expect(aside.count()).toBe(1);
  });
});
