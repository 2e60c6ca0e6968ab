import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { post, startRelay } from "./kit/relay.js";
import { standIn } from "./kit/stand-in.js";

describe("relay", () => {
  test("brings a batch to the collector, sealed, and answers 204 without a body", async () => {
    const collector = await standIn();
    const relay = await startRelay(collector);
    const batch = batchOf({ at: Date.now() });

    const response = await post(relay, envelopeOf({ batches: [batch], sentAt: Date.now() }));
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await relay.drained()).toBe(true);

    const stored = collector.stored.get(batch.id);
    expect(stored).toMatchObject({ ...batch, edge: { ip: "203.0.113.0", host: "shop.example", relay: "relay" } });
    expect(stored?.edge.visitor).toBeTypeOf("string");
    expect(stored?.edge.address).toBeUndefined();
    expect(await relay.ledger()).toMatchObject({
      balanced: true,
      keys: { [collector.key]: { received: 1, journaled: 1, duplicate: 0, refused: {} } },
      targets: { isotherm: { journaled: 1, forwarded: 1, waiting: 0, dead: 0 } },
    });
  });
});
