import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { StartOptions } from "../../src/index.js";
import { crash, emptyDevice, leaveDevice, pass, startOffline } from "../support/device.js";
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
});
