import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { StartOptions } from "../../src/index.js";
import { show } from "../support/browser.js";
import { crash, emptyDevice, leaveDevice, pass, readRows, startOffline, writeRow } from "../support/device.js";
import { type FakeServer, fakeServer } from "../support/server.js";

type BeforeSend = NonNullable<StartOptions["beforeSend"]>;

let server: FakeServer;

beforeEach(() => {
  emptyDevice();
  server = fakeServer();
});
afterEach(leaveDevice);

const names = (): string[] => server.of("custom").map(({ name }) => name);

/** An earlier visit crashed, and left a batch open. */
async function leaveOpen(): Promise<void> {
  startOffline().track("left open");
  await pass(500);
  crash();
}

const of = (batch: Parameters<BeforeSend>[0], name: string): boolean =>
  batch.events.some((event) => event.type === "custom" && event.name === name);

describe("a batch that another tab left open", () => {
  test.each<[string, string, BeforeSend]>([
    ["discards", "before_send", () => null],
    ["empties", "before_send", (batch) => ({ ...batch, events: [] })],
    ["makes too large", "size", (batch) => ({ ...batch, page: { ...batch.page, title: "x".repeat(60_000) } })],
    ["makes no batch of", "before_send", (async (batch: object) => batch) as never],
    ["makes nothing of that JSON knows", "before_send", (batch) => ({ ...batch, at: 1n as never })],
    [
      "throws at",
      "before_send",
      () => {
        throw new Error("no");
      },
    ],
  ])("that beforeSend %s leaves a tombstone, and nothing waits behind it", async (_name, reason, beforeSend) => {
    await leaveOpen();
    const onError = vi.fn();
    const isotherm = startOffline(
      {},
      { onError, beforeSend: (batch) => (of(batch, "left open") ? beforeSend(batch) : batch) },
    );
    await pass(20_000);
    isotherm.track("behind it");
    await pass(20_000);
    await isotherm.flush();
    expect(names()).toEqual(["behind it"]);
    expect(server.gone()).toMatchObject([{ seq: 0, n: 2, reason }]);
    // The page's own batches wait on the device as well, and are found there.
    expect(server.of("page")).toHaveLength(1);
  });

  test("is sent by an idle page that is seen again, as the one before it in the back/forward cache is", async () => {
    const isotherm = startOffline();
    isotherm.track("known here");
    await pass(500);
    const [open] = await readRows();
    if (open === undefined) throw new Error("nothing was written ahead");
    await pass(20_000);
    expect(names()).toEqual(["known here"]);

    const id = `${open.id.slice(0, -6)}abcdef`;
    await writeRow({ ...open, id, body: open.body.replaceAll(open.id, id).replace("known here", "left open") });
    show(true);
    await pass(14_000);
    expect(names()).toEqual(["known here"]);
    await pass(2_000);
    expect(names()).toEqual(["known here", "left open"]);
  });

  test("is not looked for by a hidden page, which sets no timer", async () => {
    startOffline();
    await pass(500);
    show(false);
    await pass(20_000);
    expect(vi.getTimerCount()).toBe(0);
    show(true);
    await pass(500);
    expect(vi.getTimerCount()).toBeGreaterThan(0);
  });
});
