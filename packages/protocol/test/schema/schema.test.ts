import type { Batch, ClickBox } from "@isotherm/protocol";
import {
  batchHeadSchema,
  batchSchema,
  edgeSchema,
  envelopeHeadSchema,
  envelopeSchema,
  eventSchemas,
  pageSchema,
  sealedEnvelopeSchema,
} from "@isotherm/protocol/schema";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { choice, flag, integer, list, optional, record, type Schema, text } from "../../src/schema/schema.js";

describe("the schemas", () => {
  test("are valid by the dialect that they name", () => {
    const ajv = new Ajv2020();
    const named = { batchHeadSchema, batchSchema, edgeSchema, envelopeHeadSchema, pageSchema, ...eventSchemas };
    for (const schema of [...Object.values(named), envelopeSchema, sealedEnvelopeSchema])
      expect([ajv.validateSchema(schema), ajv.errors]).toEqual([true, null]);
    expect(envelopeSchema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
  });

  test("survive JSON, so that they can be published as files", () => {
    for (const schema of [envelopeSchema, sealedEnvelopeSchema])
      expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });
});

describe("record", () => {
  test("lists as required what may not be absent", () => {
    const schema = record<{ readonly a: string; readonly b?: number }>({ a: text(3, 1), b: optional(integer(0, 9)) });
    expect(schema).toEqual({
      type: "object",
      required: ["a"],
      properties: {
        a: { type: "string", minLength: 1, maxLength: 3 },
        b: { type: "integer", minimum: 0, maximum: 9 },
      },
    });
  });

  test("compiles only while schema and type say the same", () => {
    const el = text(3);
    const x = integer(0, 9);
    record<ClickBox>({ el, x, y: x });
    // @ts-expect-error: y is missing.
    record<ClickBox>({ el, x });
    // @ts-expect-error: ClickBox has no z.
    record<ClickBox>({ el, x, y: x, z: x });
    // @ts-expect-error: y is a number.
    record<ClickBox>({ el, x, y: el });
    // @ts-expect-error: y may not be absent.
    record<ClickBox>({ el, x, y: optional(x) });
    // @ts-expect-error: last may be absent.
    record<Pick<Batch, "last">>({ last: flag });
    // @ts-expect-error: unset is missing.
    choice<Batch["consent"]>({ granted: true });
    // @ts-expect-error: items are texts, not numbers.
    const numbers: Schema<readonly number[]> = list(text(3), { min: 0, max: 1 });
    expect(numbers).toHaveProperty("items.type", "string");
  });
});
