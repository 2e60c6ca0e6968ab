import type { Envelope } from "@isotherm/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Isotherm } from "../../src/index.js";
import { emptyDevice, leaveDevice, pass, startOffline, stored } from "../support/device.js";
import { accept, type FakeServer, fakeServer, refuse } from "../support/server.js";

let server: FakeServer;

beforeEach(() => {
  emptyDevice();
  server = fakeServer();
});
afterEach(leaveDevice);

const names = (): string[] => server.of("custom").map(({ name }) => name);
const holds = ({ batches }: Envelope, name: string): boolean =>
  batches.some(({ events }) => events.some((event) => event.type === "custom" && event.name === name));

/** The oldest of what a page tracked has been discarded, and told to nobody yet; the last batch waits. */
async function discardOldest(): Promise<Isotherm> {
  server.answer = () => "lost";
  const isotherm = startOffline({ maxBytes: 600 });
  for (const name of ["a", "b", "last"]) {
    isotherm.track(name);
    await isotherm.flush();
    // Ids of one millisecond have no order.
    await pass(1);
  }
  return isotherm;
}

describe("a tombstone", () => {
  test("outlives the refusal of the envelope that it travels in", async () => {
    const isotherm = await discardOldest();
    server.answer = ({ envelope }) => (holds(envelope, "last") ? refuse(413) : accept());
    await isotherm.flush();
    await stored();
    server.answer = accept;
    isotherm.track("after");
    await isotherm.flush();
    await stored();
    expect(names()).toEqual(["after"]);
    expect(server.gone().map(({ seq, reason }) => [seq, reason])).toEqual([
      [0, "quota"],
      [1, "quota"],
      [2, "rejected"],
    ]);
  });

  test("that a server does not take costs no batch", async () => {
    const isotherm = await discardOldest();
    server.answer = ({ envelope }) => (envelope.gone ? refuse(400, { code: "envelope_invalid" }) : accept());
    await isotherm.flush();
    await stored();
    for (const name of ["x", "y"]) {
      isotherm.track(name);
      await isotherm.flush();
      await pass(500);
    }
    expect(names()).toEqual(["last", "x", "y"]);
  });

  test("stands for a batch that was rejected among others", async () => {
    server.answer = () => "lost";
    const isotherm = startOffline();
    for (const name of ["a", "bad", "b"]) {
      isotherm.track(name);
      await isotherm.flush();
    }
    server.answer = ({ envelope: { batches } }) =>
      refuse(202, {
        accepted: 2,
        duplicate: 0,
        rejected: batches
          .filter((batch) => holds({ batches: [batch] } as never, "bad"))
          .map(({ id }) => ({ id, code: "batch_invalid", message: "bad" })),
      });
    expect((await isotherm.flush()).waiting).toBe(0);
    await stored();
    server.answer = accept;
    isotherm.track("after");
    await isotherm.flush();
    expect(server.gone()).toMatchObject([{ seq: 1, n: 1, reason: "rejected" }]);
    await pass(60_000);
    isotherm.track("later");
    await isotherm.flush();
    expect(server.gone()).toHaveLength(1);
  });
});
