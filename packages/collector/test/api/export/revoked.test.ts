import { describe, expect, test } from "vitest";
import { hashOf, keyOf, running } from "../../running.js";

const key = `rd_${"x".repeat(32)}`;
const stored = { id: "read-x", kind: "read", secret: hashOf(key), scopes: ["visitors", "export"] } as const;

/** A collector whose store has pages without end, of which each costs the asker their key from the third on. */
async function endless() {
  const parts = await running();
  const { store, collector, clock } = parts;
  await store.putKey(keyOf(stored));
  await collector.refresh();
  let read = 0;
  const page = async (): Promise<void> => {
    if (++read > 200) throw new Error("it is read on and on");
    if (read !== 3) return;
    await store.putKey(keyOf({ ...stored, revokedAt: clock.now }));
    await collector.refresh();
  };
  Object.assign(store.queries, {
    exportPage: async () => page().then(() => ({ rows: [["a row"]], next: "more" })),
    visitor: async () => page().then(() => ({ batches: [], tabs: [], snapshots: [], next: 1 })),
  });
  return { ...parts, read: () => read };
}

describe("a long answer whose key is revoked", { timeout: 60_000 }, () => {
  test.each(["export?model=visits", "export?model=visits&format=ndjson", "visitors/ada"])(
    "is cut off, and reads nothing more: %s",
    async (question) => {
      const { get, read } = await endless();
      const answer = await get(`/v1/sites/shop/${question}`, key);
      expect(answer.status).toBe(200);
      await expect(answer.text()).rejects.toThrow();
      expect(read()).toBe(3);
      expect((await get(`/v1/sites/shop/${question}`, key)).status).toBe(401);
    },
  );
});
