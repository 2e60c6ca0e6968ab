import fc from "fast-check";
import { expect, test } from "vitest";
import { bundle, unbundle } from "../../../src/store/sql/record-bundle.js";

test("a bundle gives back its records, empty ones too, wherever it lies in its buffer", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.nat({ max: 9 }), (records, offset) => {
      const bytes = bundle(records);
      const larger = new Uint8Array(bytes.length + offset);
      larger.set(bytes, offset);
      const again = [...unbundle(larger.subarray(offset))];
      expect(again.map((record) => [...record])).toEqual(records.map((record) => [...record]));
    }),
  );
});
