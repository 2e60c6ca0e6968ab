import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Capture, offline } from "../../src/index.js";
import { begin, leavePage } from "../support/browser.js";
import { crash, emptyDevice, leaveDevice, pass, startOffline, stored } from "../support/device.js";
import { accept, type FakeServer, fakeServer } from "../support/server.js";

let server: FakeServer;

beforeEach(() => {
  emptyDevice();
  server = fakeServer();
});
afterEach(leaveDevice);

const names = (): string[] => server.of("custom").map(({ name }) => name);

test("a page that is quiet for longer than a tab trusts its record sends its last batch all the same", async () => {
  startOffline({}, { every: 30_000 }).track("before the quiet");
  await pass(12_000);
  leavePage();
  await stored();
  expect(names()).toEqual(["before the quiet"]);
  expect(server.of("page")).toHaveLength(1);
});

test("a quiet page leaves its open batch to nobody while it is alive", async () => {
  const isotherm = startOffline({}, { every: 3_600_000 });
  // By then it has looked for what was left behind, and frozen what was open.
  await pass(16_000);
  isotherm.track("open");
  await pass(20_000);
  startOffline();
  await pass(20_000);
  expect(names()).toEqual([]);
});

test("a capture that goes on after its batch was parted leaves no second timer behind", async () => {
  const adds: Capture = (emit, { beforeFreeze }) => {
    let once = true;
    beforeFreeze(() => {
      if (once) emit({ type: "attention", bands: [], engaged: 1 });
      once = false;
    });
    return () => {};
  };
  const isotherm = begin({ use: [offline(), adds], every: 3_600_000 });
  await pass(500);
  vi.setSystemTime(Date.now() + 20_000);
  const before = vi.getTimerCount();
  await isotherm.flush();
  await stored();
  expect(vi.getTimerCount()).toBeLessThan(before);
});

test("what is written ahead while the storage still opens does not take the place of the frozen batch", async () => {
  server.answer = () => "lost";
  let opened = (): void => {};
  const opening = new Promise<void>((resolve) => {
    opened = resolve;
  });
  const open = IDBFactory.prototype.open;
  vi.spyOn(IDBFactory.prototype, "open").mockImplementationOnce(function (this: IDBFactory, name) {
    const request = open.call(this, name);
    const late = (act: () => void): unknown => request.addEventListener("success", () => opening.then(act));
    return new Proxy(request, {
      get: (target, field) => Reflect.get(target, field),
      set: (target, field, value) =>
        field === "onsuccess" ? !!late(value) || true : Reflect.set(target, field, value),
    });
  });
  const isotherm = startOffline();
  isotherm.identify("user-1");
  await pass(600);
  isotherm.track("after it was written ahead");
  isotherm.identify("user-2");
  await stored();
  opened();
  await pass(1_000);
  crash();
  server.answer = accept;
  startOffline();
  await pass(60_000);
  expect(names()).toEqual(["after it was written ahead"]);
});

test("what stays with the record of a tab that slept is not told twice, and leaves no gap", async () => {
  const isotherm = startOffline(
    {},
    {
      every: 3_600_000,
      beforeSend: (batch) => (batch.events[0]?.type === "page" ? null : batch),
    },
  );
  await isotherm.flush();
  isotherm.track("before the sleep");
  await pass(500);
  vi.setSystemTime(Date.now() + 60_000);
  isotherm.track("after the sleep");
  await isotherm.flush();
  await pass(40_000);
  expect(server.accepted().map(({ seq, dropped }) => [seq, dropped])).toEqual([
    [0, { before_send: 1 }],
    [1, undefined],
  ]);
});

test("a late batch that takes the record's number leaves no gap behind a tab that slept", async () => {
  let late = (): void => {};
  const vital: Capture = (emit, { page }) => {
    const first = page();
    late = () => emit({ type: "vital", name: "CLS", value: 0, rating: "good" }, first);
    return () => {};
  };
  const isotherm = begin({ use: [offline(), vital], every: 3_600_000 });
  isotherm.page({ url: "/second" });
  await pass(500);
  late();
  vi.setSystemTime(Date.now() + 60_000);
  isotherm.track("after the sleep");
  await isotherm.flush();
  await pass(40_000);
  expect(names()).toEqual(["after the sleep"]);
  expect(new Set(server.accepted().map(({ seq }) => seq))).toEqual(new Set([0, 1, 2]));
});

test("a clock that is set back costs an open batch nothing, and sends nothing twice", async () => {
  const isotherm = startOffline({}, { every: 3_600_000 });
  await pass(16_000);
  isotherm.track("before");
  await pass(1_000);
  vi.setSystemTime(Date.now() - 3_600_000);
  isotherm.track("after");
  await pass(1_000);
  startOffline();
  await pass(40_000);
  await isotherm.flush();
  expect(names().sort()).toEqual(["after", "before"]);
  const sent = server.requests.flatMap(({ envelope }) => envelope.batches.map(({ id }) => id));
  expect(new Set(sent).size).toBe(sent.length);
});

test("a tab that slept sends what it had written ahead by itself, where no other does", async () => {
  const isotherm = startOffline({}, { every: 3_600_000 });
  await pass(16_000);
  isotherm.track("before the sleep");
  await pass(500);
  vi.setSystemTime(Date.now() + 12_000);
  await pass(17_000);
  expect(names()).toEqual(["before the sleep"]);
});

test("a tab whose clock was set back while it slept leaves its record to whoever took it", async () => {
  const sleeper = startOffline({}, { every: 7_200_000 });
  sleeper.track("before the sleep");
  await pass(500);
  vi.setSystemTime(Date.now() - 3_600_000);
  const other = startOffline({}, { every: 7_200_000 });
  await other.flush();
  await stored();
  sleeper.track("after the sleep");
  await sleeper.flush();
  await stored();
  expect(names().sort()).toEqual(["after the sleep", "before the sleep"]);
  const sent = server.requests.flatMap(({ envelope }) => envelope.batches.map(({ id }) => id));
  expect(new Set(sent).size).toBe(sent.length);
});
