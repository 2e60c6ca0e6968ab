import { type BatchJournal, JournalError } from "@isotherm/journal";
import { memoryJournal } from "@isotherm/journal/memory";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { post, startRelay } from "../kit/relay.js";
import { standIn } from "../kit/stand-in.js";

const envelope = (): object => envelopeOf({ batches: [batchOf({ at: Date.now() })] });
const get = async (url: string, relay: { handle: (r: Request, c: { address: string }) => Promise<Response> }) => {
  const response = await relay.handle(new Request(`http://relay.example${url}`), { address: "127.0.0.1" });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe("health", () => {
  test("is served, and says how much waits and for how long", async () => {
    const collector = await standIn();
    let now = Date.now();
    collector.next = () => ({ status: 500 });
    const relay = await startRelay(collector, { journal: memoryJournal({ now: () => now }), now: () => now });
    await post(relay, envelope());
    now += 5_000;
    expect(await get("/health/live", relay)).toEqual({ status: 200, body: { status: "ok" } });
    expect(await get("/health/ready", relay)).toEqual({ status: 200, body: { ready: true } });
    const { status, body } = await get("/health", relay);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ready: true,
      journal: { durability: "memory", records: 1, oldestAgeMs: 5_000, failing: null },
      targets: { isotherm: { waiting: 1 } },
    });
  });

  test.each(["journal_full", "journal_unwritable"] as const)(
    "is failing at %s, and well again afterwards",
    async (code) => {
      const inner = memoryJournal();
      let broken = true;
      const journal: BatchJournal = {
        ...inner,
        append: (records, tally) =>
          broken && records.length > 0
            ? Promise.reject(new JournalError(code, "no room"))
            : inner.append(records, tally),
      };
      const collector = await standIn();
      const relay = await startRelay(collector, { journal });
      const refused = await post(relay, envelope());
      expect(refused.status).toBe(503);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(await get("/health/ready", relay)).toEqual({ status: 503, body: { ready: false } });
      expect((await get("/health", relay)).status).toBe(503);
      broken = false;
      expect((await post(relay, envelope())).status).toBe(204);
      expect((await get("/health/ready", relay)).status).toBe(200);
      expect((await relay.ledger()).keys[collector.key]).toMatchObject({
        received: 2,
        journaled: 1,
        refused: { unavailable: 1 },
      });
    },
  );

  test("stays well where one request is more than the journal ever holds, and refuses that for good", async () => {
    const collector = await standIn();
    const relay = await startRelay(collector, { journal: memoryJournal({ maxBytes: 4_000 }) });
    const batches = Array.from({ length: 9 }, () => batchOf({ page: { ...batchOf().page, title: "x".repeat(500) } }));
    const large = await post(relay, envelopeOf({ batches }));
    expect([large.status, await large.json()]).toMatchObject([413, { code: "body_too_large" }]);
    expect(large.headers.get("retry-after")).toBeNull();
    expect((await get("/health/ready", relay)).status).toBe(200);
    expect((await post(relay, envelope())).status).toBe(204);
    expect((await relay.ledger()).keys[collector.key]).toMatchObject({
      received: 10,
      journaled: 1,
      refused: { body_too_large: 9 },
    });
  });

  test.each([
    ["every visitor has the same address", () => "203.0.113.7", "same"],
    ["every visitor has a private one", (i: number) => `10.0.0.${i}`, "private"],
    ["visitors have addresses of their own", (i: number) => `203.0.113.${i}`, "ok"],
  ] as const)("says when %s", async (_name, addressOf, expected) => {
    const warnings: string[] = [];
    const nothing = (): void => {};
    const warn = (_fields: object, message: string): void => void warnings.push(message);
    const relay = await startRelay(await standIn(), { log: { info: nothing, warn, error: nothing } });
    for (let i = 1; i <= 120; i++) await post(relay, envelope(), { address: addressOf(i) });
    expect((await relay.health()).visitors).toBe(expected);
    expect(warnings.filter((line) => line.includes("trustProxy"))).toHaveLength(expected === "ok" ? 0 : 1);
    expect(warnings.join()).not.toContain("113.");
  });

  test("names readers that no target goes by", async () => {
    const journal = memoryJournal();
    await journal.advance("old-target", 0);
    const relay = await startRelay(await standIn(), { journal });
    expect((await relay.health()).journal.strangers).toEqual(["old-target"]);
  });

  test("refuses new batches while it closes, and leaves the journal open", async () => {
    const journal = memoryJournal();
    const relay = await startRelay(await standIn(), { journal });
    await relay.close();
    const refused = await post(relay, envelope());
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
    expect((await journal.append([{ id: "x", data: Uint8Array.of(1) }])).stored).toBe(1);
  });
});
