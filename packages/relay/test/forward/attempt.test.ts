import { type SealedBatch, uuidv7 } from "@isotherm/protocol";
import { fixtures, fixtureTime, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test } from "vitest";
import { attempt } from "../../src/forward/attempt.js";
import { blind } from "../../src/observer.js";
import { plausible } from "../../src/target/plausible.js";
import { fetchTransport } from "../../src/transport/fetch.js";
import type { Transport } from "../../src/transport/transport.js";
import { undiciTransport } from "../../src/transport/undici.js";
import { backend } from "../kit/backend.js";
import { forwarding } from "../kit/forwarding.js";
import { requestsOf } from "../kit/requests.js";

const target = (url: string) => plausible({ type: "plausible", url, domain: "shop.example" });
const pageView = (overrides: Partial<SealedBatch> = {}) => sealedBatchOf({ events: [fixtures.page], ...overrides });
const transports: readonly (readonly [string, () => Transport])[] = [
  ["undici", () => undiciTransport({ timeoutMs: 30_000 })],
  ["fetch", () => fetchTransport({ timeoutMs: 30_000, fetch })],
];

describe("a request that can never be sent", () => {
  test.each(transports)("is refused for good, with the reason, by %s", async (_, made) => {
    const there = await backend();
    const transport = made();
    onTestFinished(() => transport.close());
    const of = target(there.url);
    const parts = { target: of, transport, observer: blind, now: Date.now };
    const verdictOf = async (change: object): Promise<unknown> => {
      const [request] = requestsOf(of, [pageView()], "203.0.113.7");
      if (request === undefined) throw new Error("there is one");
      return (await attempt({ ...request, ...change } as never, parts, new AbortController().signal)).verdict;
    };
    const refused = (reason: string): object => ({
      kind: "refused",
      code: "request_unsendable",
      message: `never left: ${reason}`,
    });
    for (const value of ["203.0\n.113.7", "a\0b", "\u20ac"]) {
      const headers = { "x-forwarded-for": value };
      expect(await verdictOf({ headers })).toEqual(refused("its header x-forwarded-for holds what no header may"));
    }
    expect(await verdictOf({ headers: { "x forwarded": "a" } })).toEqual(
      refused("it has a header with a name that is none"),
    );
    expect(await verdictOf({ url: "https://" })).toEqual(refused("its address is none"));
    expect(there.seen).toEqual([]);
    const reserved = {
      url: there.url,
      headers: {},
      bodyAt: () => {
        throw new TypeError("x");
      },
    };
    expect(await verdictOf(reserved)).toMatchObject({ kind: "unknown" });
  });

  test("does not hold up what comes behind it", async () => {
    const there = await backend();
    there.reply = () => ({ status: 202, body: "ok" });
    const { append, settled, letters } = await forwarding(target(there.url), () => fixtureTime + 10_000);
    // What a proxy's header may hold that a face hands over as the visitor's address.
    await append([pageView({ id: uuidv7(1) })], "203.0.113.7\u0001");
    await append([pageView({ id: uuidv7(2) }), pageView({ id: uuidv7(3) })], "203.0.113.7");
    expect(await settled()).toMatchObject({ forwarded: 2, dead: 1, waiting: 0 });
    expect(letters).toMatchObject([{ code: "request_unsendable", event: 0 }]);
  });
});
