import { memoryJournal } from "@isotherm/journal/memory";
import type { SealedBatch } from "@isotherm/protocol";
import { edgeOf, envelopeOf, fixtureTime, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import type { BeforeInsert } from "../../src/project/before-insert.js";
import { encodeArrival } from "../../src/project/record.js";
import { sqliteStore } from "../../src/store/sqlite/store.js";
import { running, temporaryFolder } from "../running.js";

/** What is stored of one batch that has passed this hook, and what was counted and logged. */
async function through(onBeforeInsert: BeforeInsert) {
  const lines: string[] = [];
  const logger = pino({ level: "error" }, { write: (line: string) => lines.push(line) });
  const { post, collector, store } = await running({ onBeforeInsert, logger });
  const envelope = envelopeOf();
  expect((await post(envelope)).status).toBe(204);
  await collector.settled();
  const counted = /isotherm_collector_before_insert_total\{outcome="(\w+)"\} 1/.exec(await collector.metrics())?.[1];
  return { sent: envelope.batches[0], stored: [...store.stored.values()].map(({ batch }) => batch), counted, lines };
}

describe("onBeforeInsert", () => {
  test("is given the sealed batch, whose it is and when it came, and what it returns is stored", async () => {
    const seen: unknown[] = [];
    const { sent, stored, counted } = await through(async (batch, about) => {
      seen.push([batch.edge.at, about]);
      return { ...batch, page: { ...batch.page, title: "hidden" } };
    });
    expect(seen).toEqual([[stored[0]?.edge.at, { site: "shop", receivedAt: stored[0]?.edge.at }]]);
    expect(stored).toMatchObject([{ id: sent?.id, page: { ...sent?.page, title: "hidden" } }]);
    expect(counted).toBe("passed");
  });

  test("refuses a batch with null", async () => {
    const { stored, counted } = await through(() => null);
    expect(stored).toEqual([]);
    expect(counted).toBe("refused");
  });

  test("cannot change by what a batch counts once", async () => {
    const { sent, stored } = await through((batch) => ({ ...batch, id: "other", tab: "other", seq: 99 }));
    expect(stored).toMatchObject([{ id: sent?.id, tab: sent?.tab, seq: sent?.seq }]);
  });

  test.each<[string, BeforeInsert]>([
    [
      "throws, also after it has changed what it was given",
      (batch) => {
        (batch.page as { title?: string }).title = "changed";
        throw new Error("broken");
      },
    ],
    ["rejects", () => Promise.reject(new Error("broken"))],
    ["forgets to return anything", (() => undefined) as unknown as BeforeInsert],
    ["returns what is no batch", (batch) => ({ ...batch, events: [] })],
  ])("that %s costs nothing: the batch is stored as it came, and it is counted and said", async (_, hook) => {
    const { sent, stored, counted, lines } = await through(hook);
    expect(stored).toMatchObject([{ id: sent?.id, page: sent?.page, events: sent?.events }]);
    expect(counted).toBe("failed");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("onBeforeInsert failed");
  });

  test("leaves no gap in the delivery figure: what it refused is gone for a reason", async () => {
    const store = await sqliteStore({ file: `${await temporaryFolder()}/store.sqlite`, threads: false });
    await store.migrate();
    const journal = memoryJournal();
    const { collector } = await running({
      store,
      journal,
      onBeforeInsert: (batch) => (batch.seq === 1 ? null : batch),
    });
    const arrive = (batch: SealedBatch) => encodeArrival({ site: "shop", batch, receivedAt: batch.edge.at });
    await journal.append([0, 1, 2].map((seq) => arrive(sealedBatchOf({ seq, edge: edgeOf() }))));
    await collector.settled();
    const range = { from: "2026-11-01", to: "2026-12-01" };
    const delivery = await store.queries.delivery({ site: "shop", range, now: fixtureTime });
    expect(delivery).toMatchObject({ received: 2, pending: 0, lost: 1, gone: { refused: 1 } });
    await collector.close();
    await store.close();
  });
});
