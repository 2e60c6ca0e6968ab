import type { SealedBatch } from "@isotherm/protocol";
import { sealedBatchOf } from "@isotherm/protocol/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchKey, decodeArrival, encodeArrival, encodeGone, readHead } from "../../src/project/record.js";

describe("a journal record", () => {
  test("gives back the batch, its site and the time of receipt", () => {
    const batch = sealedBatchOf({ tab: "日本語 🔑" });
    const arrival = { site: "shop-é", batch, receivedAt: 1_795_251_600_123 };
    const record = encodeArrival(arrival);
    expect(record.id).toBe(batch.id);
    expect(decodeArrival(record.data)).toEqual({ kind: "batch", ...arrival });
  });

  test("gives back discards, under an id that a repeated report shares", () => {
    const gone = [{ tab: "t", seq: 3, n: 12, reason: "quota" as const }];
    const record = encodeGone({ site: "shop", gone, receivedAt: 5 });
    expect(decodeArrival(record.data)).toEqual({ kind: "gone", site: "shop", gone, receivedAt: 5 });
    expect(encodeGone({ site: "shop", gone, receivedAt: 9 }).id).toBe(record.id);
    expect(encodeGone({ site: "blog", gone, receivedAt: 5 }).id).not.toBe(record.id);
    expect(record.id.length).toBeLessThanOrEqual(128);
  });

  test("refuses bytes that were not written by it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (data) => {
        expect(() => decodeArrival(data)).toThrow(expect.objectContaining({ code: "record_invalid" }));
      }),
    );
    const whole = encodeArrival({ site: "shop", batch: sealedBatchOf(), receivedAt: 1 }).data;
    expect(() => decodeArrival(whole.subarray(0, -1))).toThrow(expect.objectContaining({ code: "record_invalid" }));
  });

  test("tells whose it is without its JSON being read", () => {
    const { edge } = sealedBatchOf();
    const headOf = (batch: SealedBatch) => readHead(encodeArrival({ site: "shop-é", batch, receivedAt: 7 }).data);
    const known = { kind: "batch", site: "shop-é", receivedAt: 7 };
    const daily = { ...edge, visitor: "hash-é" };
    expect(headOf(sealedBatchOf({ visitor: "ada", edge: daily }))).toMatchObject({ ...known, visitor: "ada" });
    expect(headOf(sealedBatchOf({ edge: daily }))).toMatchObject({ ...known, visitor: "hash-é" });
    const { visitor, ...nobody } = daily;
    expect(headOf(sealedBatchOf({ tab: "tab-1", edge: nobody }))).toMatchObject({ ...known, visitor: "tab-1" });
  });

  test("reads data that lies inside a larger buffer", () => {
    const { data } = encodeArrival({ site: "shop", batch: sealedBatchOf({ seq: 7 }), receivedAt: 1 });
    const larger = new Uint8Array(data.length + 20);
    larger.set(data, 9);
    expect(decodeArrival(larger.subarray(9, 9 + data.length))).toMatchObject({ site: "shop", batch: { seq: 7 } });
  });
});

describe("batchKey", () => {
  test("is a UUID itself, and a hash of site and id otherwise", () => {
    expect(batchKey("a", "0193F0A0-0000-7000-8000-00000000000A")).toBe("0193f0a0-0000-7000-8000-00000000000a");
    expect(batchKey("a", "order-1")).not.toBe(batchKey("b", "order-1"));
    expect(batchKey("a", "order-1")).toMatch(/^[0-9a-f]{64}$/);
  });
});
