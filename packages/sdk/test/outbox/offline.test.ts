import { forceCloseDatabase, IDBDatabase, IDBFactory, IDBObjectStore, IDBTransaction } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Capture, type Isotherm, offline, type StartOptions } from "../../src/index.js";
import { begin, leavePage, settle, show } from "../support/browser.js";
import { crash, emptyDevice, leaveDevice, pass, readRows, startOffline, stored } from "../support/device.js";
import { accept, type FakeServer, fakeServer } from "../support/server.js";

let server: FakeServer;

beforeEach(() => {
  emptyDevice();
  server = fakeServer();
});
afterEach(leaveDevice);

const names = (): string[] => server.of("custom").map(({ name }) => name);

function stubLocks(locks: object): void {
  vi.stubGlobal(
    "navigator",
    new Proxy(navigator, { get: (target, name) => (name === "locks" ? locks : Reflect.get(target, name)) }),
  );
}

describe("offline", () => {
  test("keeps batches over a reload while there is no network, and sends them once", async () => {
    server.answer = () => "lost";
    startOffline().track("offline");
    await pass(5_000);
    leavePage();
    await stored();
    crash();
    show(true);
    server.answer = accept;
    startOffline();
    await pass(30_000);
    expect(names()).toEqual(["offline"]);
  });

  test("writes the open batch ahead, so that a crash loses half a second at most", async () => {
    startOffline().track("before the crash");
    await pass(500);
    crash();
    startOffline();
    await pass(10_000);
    expect(names()).toEqual([]);
    await pass(12_000);
    expect(names()).toEqual(["before the crash"]);
    expect(server.accepted().map(({ events }) => events[0]?.type)).toContain("page");
  });

  test("opens the storage at once, also when it is loaded late: a page that ends would not wait for it", async () => {
    let load: (() => void) | undefined;
    const lazy: Capture = (emit, context) => {
      load = () => offline()(emit, context);
      return () => {};
    };
    begin({ use: [lazy] });
    await settle();
    const open = vi.spyOn(indexedDB, "open");
    load?.();
    expect(open).toHaveBeenCalledTimes(1);
  });

  test("writes all that a page leaves in one transaction, since a page that ends may leave further ones undone", async () => {
    server.answer = () => new Promise(() => {});
    const isotherm = startOffline();
    await stored();
    for (let i = 0; i < 300; i++) isotherm.track(`${i}`, { text: "x".repeat(1_000) });
    const transactions = vi.spyOn(IDBDatabase.prototype, "transaction");
    leavePage();
    await settle();
    expect(transactions).toHaveBeenCalledTimes(1);
    await stored();
    crash();
    show(true);
    server.answer = accept;
    startOffline();
    await pass(30_000);
    expect(names()).toEqual(Array.from({ length: 300 }, (_, i) => `${i}`));
  });

  test("leaves an open batch to a tab that is alive", async () => {
    const other = startOffline({}, { every: 60_000 });
    startOffline();
    for (let i = 0; i < 30; i++) {
      other.track(`${i}`);
      await pass(1_000);
    }
    await other.flush();
    await stored();
    expect(names()).toEqual(Array.from({ length: 30 }, (_, i) => `${i}`));
    expect(new Set(server.requests.flatMap(({ envelope }) => envelope.batches.map(({ id }) => id))).size).toBe(
      server.requests.flatMap(({ envelope }) => envelope.batches).length,
    );
  });

  test("goes on in a new batch where another tab may have sent the open one meanwhile", async () => {
    const sleeper = startOffline({}, { every: 3_600_000 });
    sleeper.track("before the sleep");
    await pass(500);
    vi.setSystemTime(Date.now() + 60_000);
    sleeper.track("after the sleep");
    await sleeper.flush();
    await stored();
    startOffline();
    await pass(40_000);
    expect(names().sort()).toEqual(["after the sleep", "before the sleep"]);
    const numbers = server.accepted().filter(({ tab }) => tab === server.accepted()[0]?.tab);
    expect(numbers.map(({ seq }) => seq)).toEqual([0, 1]);
  });

  test("asks beforeSend about a batch that it adopts", async () => {
    startOffline().track("secret");
    await pass(500);
    crash();
    const beforeSend: StartOptions["beforeSend"] = (batch) =>
      batch.events.some((event) => event.type === "custom" && event.name === "secret") ? null : batch;
    startOffline({}, { beforeSend });
    await pass(40_000);
    expect(server.accepted()).toHaveLength(1);
    expect(names()).toEqual([]);
  });

  test("keeps the pause over page loads, so that they do not hammer a failing server", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.9);
    server.answer = () => new Response(null, { status: 503, headers: { "retry-after": "600" } });
    startOffline();
    await pass(5_000);
    crash();
    const before = server.requests.length;
    startOffline();
    await pass(60_000);
    expect(server.requests.length).toBe(before);
    server.answer = accept;
    await pass(600_000);
    expect(server.accepted().length).toBeGreaterThan(1);
  });

  test("does not keep a pause that a wrong clock noted", async () => {
    server.answer = () => new Response(null, { status: 503, headers: { "retry-after": "3600" } });
    startOffline();
    await pass(5_000);
    crash();
    vi.setSystemTime(Date.now() - 86_400_000);
    server.answer = accept;
    startOffline();
    await pass(30_000);
    expect(server.accepted().length).toBeGreaterThan(1);
  });

  test("looks at its record when it wakes, and goes on in a new batch where another tab has taken it", async () => {
    const sleeper = startOffline({}, { every: 3_600_000 });
    sleeper.track("before the sleep");
    await pass(500);
    const asleep = Date.now();
    // The other tab lives on while the first one sleeps: only its clock goes on.
    vi.setSystemTime(asleep + 20_000);
    const other = startOffline({}, { every: 3_600_000 });
    await other.flush();
    await stored();
    sleeper.track("after the sleep");
    await pass(500);
    sleeper.track("later");
    await sleeper.flush();
    await stored();
    expect(names().sort()).toEqual(["after the sleep", "before the sleep", "later"]);
    const sent = server.requests.flatMap(({ envelope }) => envelope.batches.map(({ id }) => id));
    expect(new Set(sent).size).toBe(sent.length);
  });

  test("goes on in memory where the disk is full", async () => {
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("full", "UnknownError");
    });
    server.answer = () => "lost";
    const isotherm = startOffline();
    isotherm.track("kept");
    await pass(5_000);
    server.answer = accept;
    await isotherm.flush();
    expect(names()).toEqual(["kept"]);
  });

  describe("where the browser clears the storage while the page lives", () => {
    /** Closes every connection that was opened, and leaves nothing. */
    let clear: () => void;

    beforeEach(() => {
      const connections: IDBDatabase[] = [];
      const open = IDBFactory.prototype.open;
      vi.spyOn(IDBFactory.prototype, "open").mockImplementation(function (this: IDBFactory, name) {
        const request = open.call(this, name);
        request.addEventListener("success", () => connections.push(request.result));
        return request;
      });
      clear = () => {
        // Its type asks for the class.
        for (const connection of connections.splice(0)) forceCloseDatabase(connection as never);
        vi.stubGlobal("indexedDB", new IDBFactory());
      };
    });

    /** What was frozen, and what was written ahead, as the storage is cleared. */
    async function untilCleared(): Promise<Isotherm> {
      server.answer = () => "lost";
      const isotherm = startOffline();
      isotherm.track("frozen");
      await pass(5_000);
      isotherm.track("open");
      await pass(1_000);
      clear();
      isotherm.track("after");
      await pass(1_000);
      return isotherm;
    }

    test("sends what the page still knows, each once", async () => {
      const isotherm = await untilCleared();
      server.answer = accept;
      await pass(60_000);
      await isotherm.flush();
      expect(names()).toEqual(["frozen", "open", "after"]);
    });

    test("writes it down again, for the next visit", async () => {
      await untilCleared();
      crash();
      server.answer = accept;
      startOffline();
      await pass(60_000);
      expect(names()).toEqual(["frozen", "open", "after"]);
    });
  });

  test("writes again what a failed transaction did not take", async () => {
    server.answer = () => "lost";
    startOffline({}, { every: 500 }).track("kept");
    await stored();
    vi.spyOn(IDBTransaction.prototype, "commit").mockImplementationOnce(function (this: IDBTransaction) {
      this.abort();
    });
    await pass(500);
    crash();
    server.answer = accept;
    startOffline();
    await pass(30_000);
    expect(names()).toEqual(["kept"]);
  });

  test("bounds what it keeps, oldest first, and tells what it discarded", async () => {
    server.answer = () => "lost";
    const isotherm = startOffline({ maxBytes: 100_000 });
    for (let i = 0; i < 6; i++) {
      isotherm.track(`${i}`, { text: "x".repeat(30_000) });
      await isotherm.flush();
      await pass(1);
    }
    server.answer = accept;
    await isotherm.flush();
    isotherm.track("after");
    await isotherm.flush();
    expect(names()).toEqual(["3", "4", "5", "after"]);
    expect(server.gone().map(({ seq, reason }) => [seq, reason])).toEqual([
      [0, "quota"],
      [1, "quota"],
      [2, "quota"],
    ]);
  });

  test("bounds what a hidden page keeps, and loses no more of it than it tells", async () => {
    server.answer = () => "lost";
    const isotherm = startOffline({ maxBytes: 4_000 });
    await pass(1_000);
    show(false);
    for (let i = 0; i < 40; i++) {
      isotherm.track(`${i}`);
      await pass(500);
    }
    const rows = (await readRows()).filter(({ body }) => body);
    expect(rows.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(4_400);
    expect(rows.length).toBeGreaterThan(5);
    server.answer = accept;
    show(true);
    await isotherm.flush();
    isotherm.track("after");
    await isotherm.flush();
    const told = server.gone().reduce((sum, { n }) => sum + n, 0);
    expect(told + server.events().length).toBe(42);
    expect(names().slice(-2)).toEqual(["39", "after"]);
  });

  test("discards what is too old to be sent, and tells", async () => {
    server.answer = () => "lost";
    startOffline({ maxAge: 86_400_000 }).track("old");
    await pass(5_000);
    crash();
    vi.setSystemTime(Date.now() + 86_500_000);
    server.answer = accept;
    startOffline({ maxAge: 86_400_000 });
    await pass(30_000);
    expect(names()).toEqual([]);
    expect(server.gone()).toMatchObject([{ seq: 0, n: 2, reason: "age" }]);
  });

  test("tells of a discarded batch in a later visit as well", async () => {
    server.answer = () => new Response(null, { status: 413 });
    const isotherm = startOffline();
    await isotherm.flush();
    await stored();
    crash();
    server.answer = accept;
    startOffline();
    await pass(10_000);
    expect(server.gone()).toMatchObject([{ seq: 0, reason: "rejected" }]);
    await pass(30_000);
    expect(server.gone()).toHaveLength(1);
  });

  test("erases what an earlier visit left behind when consent is denied", async () => {
    server.answer = () => "lost";
    startOffline().track("secret");
    await pass(5_000);
    crash();
    startOffline({}, { consent: "required" }).consent("denied");
    await stored();
    server.answer = accept;
    startOffline();
    await pass(40_000);
    expect(names()).toEqual([]);
  });

  test.each<[string, Partial<StartOptions>]>([
    ["at once", {}],
    ["where consent is required", { consent: "required" }],
  ])(
    "sends nothing of an earlier visit after a denial, %s, and nothing if it is granted again",
    async (_name, rest) => {
      server.answer = () => "lost";
      startOffline().track("secret");
      await pass(5_000);
      leavePage();
      await stored();
      crash();
      show(true);
      server.answer = accept;
      const before = server.requests.length;
      const isotherm = startOffline({}, rest);
      isotherm.consent("denied");
      await pass(30_000);
      expect(await isotherm.flush()).toEqual({ sent: 0, waiting: 0 });
      expect(server.requests).toHaveLength(before);
      isotherm.consent("granted");
      await pass(30_000);
      expect(names()).toEqual([]);
    },
  );

  test("leaves the storage alone after a second denial, which every other tab repeats", async () => {
    const isotherm = startOffline();
    await pass(1_000);
    isotherm.consent("denied");
    isotherm.consent("denied");
    // Longer than it waits for the storage to open.
    await pass(5_000);
    expect(vi.getTimerCount()).toBe(0);
    const asked = vi.spyOn(IDBDatabase.prototype, "transaction");
    await pass(30_000);
    expect(asked).not.toHaveBeenCalled();
  });

  test("erases it also where the outbox is only loaded after the denial", async () => {
    server.answer = () => "lost";
    startOffline().track("secret");
    await pass(5_000);
    crash();
    let load: (() => void) | undefined;
    const lazy: Capture = (emit, context) => {
      load = () => offline()(emit, context)();
      return () => {};
    };
    begin({ use: [lazy], consent: "required" }).consent("denied");
    load?.();
    await stored();
    server.answer = accept;
    startOffline();
    await pass(40_000);
    expect(names()).toEqual([]);
  });

  test("sends from one tab at a time", async () => {
    let inFlight = 0;
    let most = 0;
    const queues: (() => void)[] = [];
    const held = new Set<string>();
    const locks = {
      async request(name: string, _options: unknown, work: (lock: object | null) => unknown): Promise<unknown> {
        if (held.has(name)) return work(null);
        held.add(name);
        try {
          return await work({});
        } finally {
          held.delete(name);
        }
      },
    };
    stubLocks(locks);
    server.answer = async () => {
      most = Math.max(most, ++inFlight);
      await new Promise<void>((resolve) => queues.push(resolve));
      inFlight--;
      return accept();
    };
    startOffline();
    startOffline();
    await pass(5_000);
    expect(most).toBe(1);
    expect(held.size).toBe(1);
    // Firefox keeps no page in its back/forward cache that holds a lock.
    leavePage();
    await settle();
    expect(held.size).toBe(0);
    show(true);
    server.answer = accept;
    for (const go of queues) go();
    await pass(10_000);
    expect(server.of("page")).toHaveLength(2);
    expect(held.size).toBe(0);
  });

  test("sends beside a page that never gives back the lock, and waits again for one that does", async () => {
    let busy = true;
    const asked: boolean[] = [];
    const locks = {
      async request(_name: string, _options: unknown, work: (lock: object | null) => unknown): Promise<unknown> {
        asked.push(busy);
        return work(busy ? null : {});
      },
    };
    stubLocks(locks);
    server.answer = accept;
    const isotherm = startOffline();
    await pass(25_000);
    expect(asked.length).toBeGreaterThan(5);
    expect(server.of("page")).toHaveLength(0);
    await pass(15_000);
    expect(server.of("page")).toHaveLength(1);
    busy = false;
    isotherm.track("free");
    await pass(5_000);
    busy = true;
    isotherm.track("held again");
    await pass(25_000);
    expect(names()).toEqual(["free"]);
    await pass(15_000);
    expect(names()).toEqual(["free", "held again"]);
  });

  test.each<[string, () => unknown]>([
    ["is not there", () => undefined],
    [
      "may not be touched",
      () => {
        throw new DOMException("denied", "SecurityError");
      },
    ],
    ["never opens", () => ({ open: () => ({}) })],
    [
      "always fails",
      () => ({
        open: () => {
          const request: { error: Error; onerror?: () => void } = { error: new Error("no") };
          queueMicrotask(() => request.onerror?.());
          return request;
        },
      }),
    ],
  ])("works from memory where storage %s", async (_name, storage) => {
    Object.defineProperty(globalThis, "indexedDB", { configurable: true, get: storage });
    const errors: unknown[] = [];
    const isotherm = startOffline({}, { onError: (error) => errors.push(error) });
    isotherm.track("memory");
    await pass(5_000);
    await pass(10_000);
    await settle();
    expect(names()).toEqual(["memory"]);
    expect(errors).toEqual([]);
    Reflect.deleteProperty(globalThis, "indexedDB");
  });
});
