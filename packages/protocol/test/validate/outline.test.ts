import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outline } from "../../src/validate/outline.js";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Depth by the definition, over the parsed value. */
const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

describe("outline", () => {
  test("agrees with the parsed value on its depth", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.nat(6), (value, limit) => {
        expect(outline(encode(JSON.stringify(value)), limit).hopeless).toBe(depthOf(value) > limit);
      }),
    );
  });

  test("knows which batches are deep, and gives up on none that can be parsed", () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }))), (batches) => {
        const { hopeless, deep } = outline(encode(JSON.stringify({ key: "k", batches })), 5);
        expect(hopeless).toBe(false);
        expect([...deep]).toEqual(batches.flatMap((batch, i) => (depthOf(batch) > 3 ? [i] : [])));
      }),
    );
  });

  test("finds each batch to the byte, however the body is spaced and whatever its strings hold", () => {
    const noise = fc.string({ unit: fc.constantFrom('"', "\\", "[", "]", "{", "}", ",", ":", "é", "🙂", "batches") });
    const batch = fc.oneof(fc.dictionary(noise, fc.oneof(noise, fc.array(noise))), fc.array(noise));
    const body = fc.record({
      key: noise.filter((text) => !/["\\]/.test(text)),
      batches: fc.array(batch),
      gone: fc.array(noise),
    });
    fc.assert(
      fc.property(body, fc.constantFrom(0, 1, "\t"), (value, space) => {
        const text = JSON.stringify(value, null, space);
        const bytes = encode(text);
        const { places } = outline(bytes, 16);
        const found = places.map(({ from, to }) => new TextDecoder().decode(bytes.subarray(from, to)));
        expect(found.map((one) => JSON.parse(one))).toEqual(value.batches);
        if (space === 0) expect(found).toEqual(value.batches.map((one) => JSON.stringify(one)));
      }),
    );
  });

  test("ends on any bytes", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => outline(bytes, 16).places.length <= bytes.length));
    for (const text of ['"', '"\\', "[[[", "]]]", '{"batches":[', '{"batches":[{]'])
      expect(outline(encode(text), 16).hopeless).toBe(false);
  });
});
