import fc from "fast-check";
import { expect, test } from "vitest";
import { eachProperty, encodeProperties, type NumberedProperty } from "../../../src/store/derive/property-code.js";

const number = fc.integer({ min: 1, max: 2 ** 31 - 1 });

test("an event's properties come back as they were", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { minLength: 1 }), (properties) => {
      const found: NumberedProperty[] = [];
      eachProperty(encodeProperties(properties) as Uint8Array, (name, value) => found.push([name, value]));
      expect(found).toEqual(properties);
    }),
  );
  expect(encodeProperties([])).toBeNull();
});
