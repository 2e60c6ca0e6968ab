import type { SealedBatch } from "@isotherm/protocol";
import { fixtures, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import type { Entry, Target, Verdict } from "../../src/target/target.js";
import { type Forwarding, forwarding } from "../kit/forwarding.js";
import { plainTarget } from "../kit/plain-target.js";
import { until } from "../kit/until.js";

const batch = (n: number): SealedBatch =>
  sealedBatchOf({ id: `0193a5b0-7c00-7abc-8def-01234567000${n}`, events: [fixtures.page, fixtures.click] });

interface Closing extends Forwarding {
  /** Events that left again, by batch and place, in the order in which they did. */
  again(): readonly string[];
}

/** Two batches of two events each on their way in one request, whose answer comes just after the relay was told to end. */
async function closing(verdict: (entries: readonly Entry[]) => Verdict, more: Partial<Target> = {}): Promise<Closing> {
  const sent: string[] = [];
  let requests = 0;
  const target: Target = {
    name: "late",
    ...plainTarget,
    entries: (item) => [0, 1].map((event) => ({ item, event })),
    encode(entries) {
      const batchIds = entries.map(({ item }) => item.id);
      return entries.length === 0 ? [] : [{ url: "", headers: {}, body: new Uint8Array(0), entries, batchIds }];
    },
    async stamp({ entries }) {
      sent.push(...entries.map(({ item, event }) => `${item.id.at(-1)}${event}`));
      return {};
    },
    transport: {
      send: ({ signal }) =>
        new Promise((resolve) => {
          const answered = { status: 200, header: () => undefined, body: new Uint8Array(0) };
          if (++requests > 1) resolve(answered);
          else signal.addEventListener("abort", () => resolve(answered));
        }),
      async close() {},
    },
    classify: (_, { entries }) => (requests > 1 ? { kind: "ok" } : verdict(entries)),
    ...more,
  };
  const it = await forwarding(target);
  await it.append([batch(1), batch(2)]);
  await until(
    () => sent.length,
    (count) => count === 4,
  );
  await it.restart();
  return { ...it, again: () => sent.slice(4) };
}

const no = { code: "bad", message: "is bad" };

describe("an answer that comes as the relay ends", () => {
  test("settles what it took, and gives up what it refused", async () => {
    const { settled, again, letters } = await closing(([one, ...others]) => ({
      kind: "partial",
      refused: [one, others.at(-1)].flatMap((entry) => (entry === undefined ? [] : [{ ...no, entry }])),
    }));
    expect(await settled()).toMatchObject({ dead: 2, forwarded: 0, maybeDuplicate: 0, waiting: 0 });
    expect(letters).toMatchObject([
      { code: "bad", event: 0 },
      { code: "bad", event: 1 },
    ]);
    expect(again()).toEqual([]);
  });

  test("counts as doubtful what it took a part of, because all of that goes again", async () => {
    const { settled, again } = await closing((entries) => ({ kind: "partial", refused: [], again: entries.slice(3) }));
    expect(await settled()).toMatchObject({ forwarded: 2, maybeDuplicate: 1, waiting: 0 });
    expect(again()).toEqual(["20", "21"]);
  });

  test("counts as doubtful what it refused, when some of it was taken and nobody knows which", async () => {
    const { settled, again } = await closing(() => ({ kind: "refused", ...no, partly: true }));
    expect(await settled()).toMatchObject({ forwarded: 2, maybeDuplicate: 2, waiting: 0 });
    expect(again()).toEqual(["10", "11", "20", "21"]);
  });

  test("drops that where it was chosen", async () => {
    const { settled, again } = await closing(() => ({ kind: "refused", ...no, partly: true }), { onUnknown: "drop" });
    expect(await settled()).toMatchObject({ forwarded: 0, dropped: { maybe_lost: 2 }, waiting: 0 });
    expect(again()).toEqual([]);
  });

  test.each<Verdict>([
    { kind: "refused", ...no },
    { kind: "retry", reason: "ill" },
    { kind: "held", reason: "unknown" },
    { kind: "stopped", reason: "wrong" },
  ])("leaves in the journal what was not taken: %o", async (verdict) => {
    const { settled, again } = await closing(() => verdict);
    expect(await settled()).toMatchObject({ forwarded: 2, dead: 0, maybeDuplicate: 0, waiting: 0 });
    expect(again()).toEqual(["10", "11", "20", "21"]);
  });
});
