import { sealedBatchOf } from "@isotherm/protocol/fixtures";
import { expect, onTestFinished, test } from "vitest";
import type { DeadLetter } from "../../src/dead-letters/dead-letters.js";
import { silent } from "../../src/log.js";
import { blind } from "../../src/observer.js";
import { classifyStatus } from "../../src/target/classify-status.js";
import type { Target } from "../../src/target/target.js";
import { undiciTransport } from "../../src/transport/undici.js";
import { receiver } from "../../src/upstream/receiver.js";
import { backend } from "../kit/backend.js";
import { forwarding } from "../kit/forwarding.js";
import { plainTarget } from "../kit/plain-target.js";
import { itemOf } from "../kit/requests.js";
import { until } from "../kit/until.js";

const ids = Array.from({ length: 9 }, (_, n) => `0193a5b0-7c00-7abc-8def-01234567000${n}`);
const batches = ids.map((id) => sealedBatchOf({ id }));
const faulty = new Set([ids[2], ids[6]]);

/** A target that puts the ids of all batches into one request, and fails at two of them. */
function failingTarget(url: string, failsIn: "entries" | "encode"): Target {
  const fail = (where: typeof failsIn, id: string): void => {
    if (where === failsIn && faulty.has(id)) throw new TypeError("Invalid URL");
  };
  return {
    name: "failing",
    ...plainTarget,
    entries(item) {
      fail("entries", item.id);
      return [{ item }];
    },
    encode(entries) {
      for (const { item } of entries) fail("encode", item.id);
      const batchIds = entries.map(({ item }) => item.id);
      const body = new TextEncoder().encode(JSON.stringify(batchIds));
      return entries.length === 0 ? [] : [{ url, headers: {}, body, entries, batchIds }];
    },
    stamp: async () => ({}),
    classify: (response) => classifyStatus(response),
  };
}

test.each(["entries", "encode"] as const)("what a target's %s fails at is given up alone", async (failsIn) => {
  const there = await backend();
  const { append, settled, letters } = await forwarding(failingTarget(there.url, failsIn));
  await append(batches);
  expect(await settled()).toMatchObject({ forwarded: 7, dead: 2, waiting: 0 });
  expect(there.seen.flatMap(({ body }) => JSON.parse(body)).sort()).toEqual(ids.filter((id) => !faulty.has(id)));
  const message = "it cannot be written for this target: Invalid URL";
  expect(letters.map(({ item, code, message }) => [item.id, code, message])).toEqual(
    [...faulty].map((id) => [id, "entry_unwritable", message]),
  );
});

test("what it fails at when a refused request is packed again is given up alone", async () => {
  const there = await backend();
  there.reply = (attempt) => ({ status: attempt === 1 ? 413 : 200 });
  let isFailing = false;
  const target = failingTarget(there.url, "encode");
  const encode: Target["encode"] = (entries) => {
    if (isFailing) return target.encode(entries);
    isFailing = true;
    return failingTarget(there.url, "entries").encode(entries);
  };
  const { append, settled } = await forwarding({ ...target, encode });
  await append(batches);
  await until(
    () => there.seen.length,
    (requests) => requests > 0,
  );
  expect(await settled()).toMatchObject({ forwarded: 7, dead: 2, waiting: 0 });
});

test.each(["entries", "encode"] as const)(
  "without a journal, what its %s fails at is refused alone",
  async (failsIn) => {
    const there = await backend();
    const transport = undiciTransport({ timeoutMs: 30_000 });
    onTestFinished(() => transport.close());
    const letters: DeadLetter[] = [];
    const deadLetters = {
      write: async (more: readonly DeadLetter[]) => void letters.push(...more),
      close: async () => {},
    };
    const target = failingTarget(there.url, failsIn);
    const it = receiver({ target, transport, deadLetters, log: silent, observer: blind, now: Date.now });
    const { fates, setBack } = await it.receive(batches.map((batch) => itemOf(batch)));
    expect(setBack).toBeUndefined();
    expect(ids.map((id) => fates.get(id)?.outcome)).toEqual(ids.map((id) => (faulty.has(id) ? "dead" : "forwarded")));
    expect(letters.map(({ item }) => item.id)).toEqual([...faulty]);
  },
);
