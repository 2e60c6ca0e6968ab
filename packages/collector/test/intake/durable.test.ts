import type { BatchJournal } from "@isotherm/journal";
import { JournalError } from "@isotherm/journal";
import { memoryJournal } from "@isotherm/journal/memory";
import { batchOf, envelopeOf, sealedEnvelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { memoryStore } from "../memory-store.js";
import { furnish, keyOf, publicKey, running } from "../running.js";

/** A journal whose appends wait or fail as the test says. */
function gated(): { readonly journal: BatchJournal; gate: () => Promise<void>; began: number } {
  const inner = memoryJournal();
  const state = {
    gate: async (): Promise<void> => undefined,
    began: 0,
    journal: {
      ...inner,
      async append(...args: Parameters<BatchJournal["append"]>) {
        state.began++;
        await state.gate();
        return inner.append(...args);
      },
    },
  };
  return state;
}

describe("a 2xx", () => {
  test("is not sent before the journal has the batch", async () => {
    const state = gated();
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    state.gate = () => gate;
    const { post } = await running({ journal: state.journal });
    let answered = false;
    const sending = post(envelopeOf()).then((answer) => {
      answered = true;
      return answer;
    });
    await expect.poll(() => state.began).toBe(1);
    expect(answered).toBe(false);
    open();
    expect((await sending).status).toBe(204);
  });

  test.each(["journal_full", "journal_unwritable", "journal_closed"] as const)(
    "is replaced by 503 with Retry-After at %s, until that has passed",
    async (code) => {
      const state = gated();
      const { post } = await running({ journal: state.journal });
      state.gate = () => Promise.reject(new JournalError(code, "no room"));
      const answer = await post(envelopeOf());
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(await answer.json()).toMatchObject({ code: "unavailable" });
      state.gate = async () => undefined;
      expect((await post(envelopeOf())).status).toBe(204);
    },
  );

  test.each(["a browser", "a relay"])("that is not given leaves %s the events of its key's quota", async (who) => {
    const state = gated();
    const store = memoryStore();
    await furnish(store);
    const events = batchOf().events.length;
    await store.putKey(keyOf({ eventsPerMinute: events }));
    const { post, postSigned } = await running({ journal: state.journal, store, bare: true });
    const send = (): Promise<Response> =>
      who === "a browser" ? post(envelopeOf()) : postSigned(sealedEnvelopeOf({ key: publicKey }));
    state.gate = () => Promise.reject(new JournalError("journal_full", "no room"));
    expect((await send()).status).toBe(503);
    state.gate = async () => undefined;
    expect((await send()).status).toBe(204);
    expect((await send()).status).toBe(429);
  });
});

describe("an outage of the store", () => {
  test("keeps no first batch of a browser out, and none of the next day", async () => {
    const { post, store, collector, clock } = await running();
    await collector.settled();
    store.reachable = false;
    expect((await post(envelopeOf())).status).toBe(204);
    clock.now += 86_400_000;
    expect((await post(envelopeOf({ batches: [batchOf({ at: clock.now })], sentAt: clock.now }))).status).toBe(204);
    clock.now += 3 * 86_400_000;
    expect((await post(envelopeOf({ batches: [batchOf({ at: clock.now })], sentAt: clock.now }))).status).toBe(503);
    store.reachable = true;
    await collector.settled();
    expect(store.stored.size).toBe(2);
  });

  test("leaves intake alone, and everything arrives afterwards", async () => {
    const { post, store, collector } = await running();
    await post(envelopeOf());
    await collector.settled();
    store.reachable = false;
    const batches = Array.from({ length: 5 }, () => batchOf());
    for (const batch of batches) expect((await post(envelopeOf({ batches: [batch] }))).status).toBe(204);
    expect((await collector.health()).status).toBe("degraded");
    expect((await collector.health()).ready).toBe(true);
    store.reachable = true;
    await collector.settled();
    for (const { id } of batches) expect(store.stored.has(id)).toBe(true);
  });
});
