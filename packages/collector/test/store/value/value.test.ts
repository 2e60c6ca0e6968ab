import { fixtures, sealedBatchOf } from "@isotherm/protocol/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { knownFields } from "../../../src/store/sql/known-fields.js";
import { valueReader } from "../../../src/store/value/value-reader.js";
import { valueWriter } from "../../../src/store/value/value-writer.js";

/** Texts kept once in a list, and writer and reader that share it. */
function shelf() {
  const texts: string[] = [];
  const writer = valueWriter((text) => {
    const at = texts.indexOf(text);
    return at >= 0 ? at + 1 : texts.push(text);
  }, knownFields);
  return { texts, writer, read: valueReader((number) => texts[number - 1] ?? "") };
}

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "\ud800",
    "a\udc00b",
    "",
    "0193a5f0-7a4b-7cde-8f01-23456789abcd",
    "0193A5F0-7A4B-7CDE-8F01-23456789ABCD",
    "4673ffkKqadSiLYeosPolg",
    "4673ffkKqadSiLYeosPolh",
    "4673ffkKq+dSiLYeosPolg",
  ),
  fc.string({ minLength: 100, maxLength: 400 }),
);
const key = fc.oneof(
  fc.constantFrom("type", "el", "name", "props", "url", "t", "x", "n", "__proto__", "constructor", "7"),
  text,
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.maxSafeInteger(),
      fc.integer(),
      fc.double(),
      fc.constantFrom(-0, 2 ** 50, -(2 ** 50), 127, 128, 2 ** 31),
    ),
    fc.boolean(),
    fc.constant(null),
    text,
    fc.array(fc.integer()),
    fc.array(tie("value"), { maxLength: 6 }),
    fc.dictionary(key, tie("value"), { maxKeys: 8 }),
  ),
}));
const object = fc.dictionary(key, value, { maxKeys: 90, size: "medium" });

/** What JSON makes of a value, with the order of its keys: the truth that writing and reading has to give. */
const asJson = (of: unknown): string => JSON.stringify(of);

describe("values as bytes", () => {
  test("come back as JSON has them, keys in their order, one after the other from one writer", () => {
    const { writer, read } = shelf();
    fc.assert(
      fc.property(object, (written) => {
        const parsed = JSON.parse(asJson(written)) as object;
        expect(asJson(read(writer.write(parsed)))).toBe(asJson(parsed));
      }),
      { numRuns: 500 },
    );
  });

  test("keep what JSON cannot: the sign of nothing", () => {
    const { writer, read } = shelf();
    expect(read(writer.write({ value: -0 }))).toEqual({ value: -0 });
  });

  test("leave out what is undefined, as JSON does", () => {
    const { writer, read } = shelf();
    expect(asJson(read(writer.write({ a: undefined, b: 1 })))).toBe('{"b":1}');
  });

  test("say a text again in one byte, up to the bytes that there are for that", () => {
    const { writer, read } = shelf();
    const props = (plan: string) => ({ plan, trial: true });
    const once = writer.write({ props: props("yearly"), traits: {} });
    const twice = writer.write({ props: props("yearly"), traits: props("yearly") });
    // Two keys and a text in a byte each, and the value that is true.
    expect(twice.length - once.length).toBe(4);
    const texts = Array.from({ length: 200 }, (_, n) => `text ${n}`);
    const many = { props: { texts: [...texts, ...texts] } };
    expect(read(writer.write(many))).toEqual(many);
    expect(read(writer.write({ props: props("text 1") }))).toEqual({ props: props("text 1") });
  });

  test("are refused when they repeat what they have not said", () => {
    const { writer, read } = shelf();
    const bytes = writer.write({ props: { plan: "yearly" } });
    // The kind of the key stands before its length.
    bytes[Buffer.from(bytes).indexOf("plan") - 2] = 255;
    expect(() => read(bytes)).toThrow(RangeError);
  });

  test("take the 16 bytes of a visitor's hash as they are", () => {
    const { writer, read } = shelf();
    const hash = { visitor: "4673ffkKqadSiLYeosPolg" };
    expect(read(writer.write(hash))).toEqual(hash);
    expect(writer.write(hash)).toHaveLength(17);
  });

  test("of the same shape share their keys, and texts that many share are kept once", () => {
    const { texts, writer } = shelf();
    const event = (t: number) => ({ type: "click", t, el: "main>button~buy", x: 300, y: 500 });
    const first = writer.write({ events: [event(1)] });
    const kept = texts.length;
    const second = writer.write({ events: [event(2)] });
    expect(texts).toHaveLength(kept);
    expect(second).toHaveLength(first.length);
    expect(first.length).toBeLessThan(20);
  });

  test("keep no text of a visitor outside of their bytes", () => {
    const { texts, writer } = shelf();
    const batch = sealedBatchOf({
      ...{ visitor: "ada-visitor", user: "ada-user" },
      events: [
        { ...fixtures.custom, t: 0, name: "step", props: { name: "Ada Lovelace", title: "Countess" } },
        { type: "identify", t: 1, traits: { name: "Ada Lovelace", "ada@shop.example": 1 } },
        { ...fixtures.custom, t: 2, name: "step", props: { "Ada Lovelace": true, deeper: [{ name: "Ada" }] } },
      ],
      page: { ...sealedBatchOf({}).page, url: "https://shop.example/?gclid=ada-click" },
    });
    const unknown = { type: "feedback", t: 3, from: { name: "Ada Lovelace" }, ada: 1 };
    const odd = { ...fixtures.click, ada: "Ada", el: "ada" };
    const token = { ...batch.page, url: "https://shop.example/back#id_token=ada" };
    writer.write(batch);
    writer.write({ ...batch, page: token, events: [unknown, { type: "ada", t: 0 }, odd] });
    expect(texts).toContain("step");
    expect(texts.filter((kept) => /ada|countess/i.test(kept))).toEqual([]);
  });

  test("that run on are written as steps, from the start again in the next whole", () => {
    const { texts, writer, read } = shelf();
    const at = Date.UTC(2026, 10, 21);
    const events = [0, 100_000, 100_050, 99_000].map((t) => ({ type: "page", t }));
    const whole = { at, events, edge: { at: at + 20 } };
    const bytes = writer.write(whole);
    expect([read(bytes), read(bytes)]).toEqual([whole, whole]);
    expect(read(writer.write({ at }))).toEqual({ at });
    // The shapes of the whole, its events and its edge, what each event says of itself and when.
    expect(bytes).toHaveLength(1 + 6 + 1 + (1 + 1) + (1 + 3) + (1 + 1) + (1 + 2) + (1 + 1));
    expect(texts).toContain(
      JSON.stringify([
        ["type", "=", "page"],
        ["t", "+"],
      ]),
    );
  });

  test("are read as they were written before steps and lists of objects were", () => {
    const texts = [
      JSON.stringify([
        ["t", "#"],
        ["path", "["],
        ["events", "a"],
      ]),
      JSON.stringify([["t", "#"]]),
    ];
    const read = valueReader((number) => texts[number - 1] ?? "");
    const object = "{".charCodeAt(0);
    expect(read(Uint8Array.from([1, 10, 0, 2, object, 2, 14, object, 2, 16]))).toEqual({
      ...{ t: 5, path: [] },
      events: [{ t: 7 }, { t: 8 }],
    });
  });

  test("with keys that nobody knows carry them along, and fill no texts", () => {
    const { texts, writer, read } = shelf();
    const wide = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`key ${n}`, n]));
    const long = { ["k".repeat(30_000)]: 1 };
    expect(read(writer.write(wide))).toEqual(wide);
    expect(read(writer.write(long))).toEqual(long);
    expect(texts).toEqual([]);
  });

  test("are written with new numbers once the old ones are forgotten", () => {
    const { texts, writer, read } = shelf();
    writer.write({ t: 1 });
    texts.length = 0;
    texts.push("something else");
    writer.clear();
    expect(read(writer.write({ t: 1 }))).toEqual({ t: 1 });
  });

  test("leave nothing behind when writing one failed", () => {
    const { texts, writer, read } = shelf();
    const push = texts.push;
    texts.push = () => {
      throw new Error("the disk is full");
    };
    expect(() => writer.write({ t: 1, el: "main" })).toThrow("full");
    texts.push = push;
    expect(read(writer.write({ x: 7 }))).toEqual({ x: 7 });
  });

  test("that end early are refused", () => {
    const { writer, read } = shelf();
    const bytes = writer.write({ text: "some words", numbers: [1, 2, 300], more: 1.5 });
    for (let size = 0; size < bytes.length; size++) expect(() => read(bytes.subarray(0, size))).toThrow(RangeError);
  });
});
