import { limits } from "@isotherm/protocol";
import {
  batchOf,
  edgeOf,
  envelopeOf,
  fixtures,
  pageOf,
  sealedBatchOf,
  sealedEnvelopeOf,
} from "@isotherm/protocol/fixtures";
import { type EnvelopeAccepted, readEnvelope } from "@isotherm/protocol/validate";
import { describe, expect, test } from "vitest";

const open = { sealed: false } as const;
const sealed = { sealed: true } as const;
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

function accepted(body: Uint8Array | string, options: { sealed: boolean } = open): EnvelopeAccepted {
  const read = readEnvelope(body, options);
  if (!read.ok) throw new Error(`refused: ${read.message}`);
  return read;
}

/** The message of the one batch's rejection. */
function rejection(batch: unknown, options: { sealed: boolean } = open): string {
  const [check] = accepted(JSON.stringify({ v: 1, key: "pk_1", batches: [batch] }), options).batches;
  if (check === undefined || check.ok) throw new Error("the batch was accepted");
  return `${check.rejection.code} ${check.rejection.message}`;
}

describe("readEnvelope", () => {
  test("accepts an example of every event type, from bytes and from text alike", () => {
    const batch = batchOf({ events: Object.values(fixtures) });
    const envelope = envelopeOf({ batches: [batch], gone: [{ tab: "t", seq: 3, n: 40, reason: "quota" }] });
    const read = accepted(bytes(envelope));
    expect(read).toEqual({
      ok: true,
      key: envelope.key,
      sentAt: envelope.sentAt,
      gone: envelope.gone,
      unknown: 0,
      batches: [{ ok: true, batch, raw: bytes(batch), bytes: bytes(batch).length, unknown: 0 }],
    });
    expect(accepted(JSON.stringify(envelope))).toEqual(read);
  });

  test("reports an absent sentAt and absent discards as such", () => {
    const { sentAt: _, ...envelope } = envelopeOf();
    expect(accepted(bytes(envelope))).toMatchObject({ sentAt: undefined, gone: [] });
  });

  test.each<[string, string, string]>([
    ["nothing", "", ""],
    ["no JSON", "{", ""],
    ["a number", "1", ""],
    ["null", "null", ""],
    ["an array", "[]", ""],
    ["no version", JSON.stringify({ key: "k", batches: [batchOf()] }), ""],
    ["another version", JSON.stringify({ ...envelopeOf(), v: 2 }), "/v"],
    ["a key that is no string", JSON.stringify({ ...envelopeOf(), key: 7 }), "/key"],
    ["an empty key", JSON.stringify({ ...envelopeOf(), key: "" }), "/key"],
    ["a fractional sentAt", JSON.stringify({ ...envelopeOf(), sentAt: 1.5 }), "/sentAt"],
    ["no batches", JSON.stringify({ ...envelopeOf(), batches: [] }), "/batches"],
    ["too many batches", JSON.stringify({ ...envelopeOf(), batches: new Array(65).fill(0) }), "/batches"],
    [
      "a discard whose reason is no word",
      JSON.stringify({ ...envelopeOf(), gone: [{ tab: "t", seq: 1, n: 1, reason: "__proto__" }] }),
      "/gone/0/reason",
    ],
    ["a discard without a reason", JSON.stringify({ ...envelopeOf(), gone: [{ tab: "t", seq: 1, n: 1 }] }), "/gone/0"],
  ])("refuses %s with a sentence and a path", (_, body, path) => {
    const read = readEnvelope(body, open);
    expect(read).toMatchObject({ ok: false, message: expect.stringMatching(/^\S.* must /), details: [{ path }] });
  });

  test("names the values that would have been right", () => {
    expect(readEnvelope(JSON.stringify({ ...envelopeOf(), v: 2 }), open)).toMatchObject({ message: "/v must be 1" });
    expect(rejection(batchOf({ consent: "yes" as "unset" }))).toBe(
      "batch_invalid /batches/0/consent must be one of granted, unset",
    );
  });

  test("refuses bytes that are not UTF-8", () => {
    const body = bytes(envelopeOf());
    body[body.indexOf(0x70)] = 0xff;
    expect(readEnvelope(body, open)).toMatchObject({ ok: false, message: "the body must be UTF-8" });
  });

  test("takes a byte order mark for nothing", () => {
    expect(accepted(new Uint8Array([0xef, 0xbb, 0xbf, ...bytes(envelopeOf())])).batches[0]).toMatchObject({ ok: true });
  });

  test("keeps the good neighbours of a bad batch, in order", () => {
    const [first, bad, last] = [batchOf(), batchOf({ page: pageOf({ vw: 1.5 }) }), batchOf({ seq: 2 })];
    expect(accepted(bytes(envelopeOf({ batches: [first, bad, last] }))).batches).toMatchObject([
      { ok: true, batch: first },
      {
        ok: false,
        events: 1,
        rejection: { id: bad.id, code: "batch_invalid", message: "/batches/1/page/vw must be integer" },
      },
      { ok: true, batch: last },
    ]);
  });

  test("names a batch without a readable id by its place", () => {
    const batches = [batchOf(), null, 4, [], { id: "" }, { id: "x".repeat(200) }, { id: 7, events: [1, 2] }];
    const read = accepted(JSON.stringify({ ...envelopeOf(), batches }));
    expect(read.batches.slice(1)).toMatchObject(
      ["#1", "#2", "#3", "#4", "#5", "#6"].map((id, i) => ({ ok: false, rejection: { id }, events: i === 5 ? 2 : 0 })),
    );
  });

  test("refuses ids that are no lower-case UUIDs", () => {
    const { id } = batchOf({ at: 0xabcdef0000 });
    for (const wrong of [id.toUpperCase(), `${id}0`, "b1", ` ${id}`])
      expect(rejection(batchOf({ id: wrong }))).toMatch(/^batch_invalid \/batches\/0\/id must match/);
  });

  test("takes what browsers really report", () => {
    const page = pageOf({ vw: 0, vh: 0, dw: 0, dh: 0, dpr: 1.100000023841858, url: "", title: "" });
    const events = [
      { ...fixtures.click, x: -40, y: -3, t: -2 },
      { ...fixtures.scroll, path: [-80, 16, 80], max: 0 },
      { ...fixtures.move, path: [-1, -1, 12 * 3_600_000, 4, 4] },
      { ...fixtures.attention, bands: [] },
      { ...fixtures.goal, value: -12.5 },
    ];
    expect(accepted(bytes(envelopeOf({ batches: [batchOf({ page, events })] }))).batches).toMatchObject([{ ok: true }]);
  });

  test("refuses numbers that JSON can write but nobody can count with", () => {
    const body = JSON.stringify(envelopeOf({ batches: [batchOf({ events: [fixtures.goal] })] }));
    const read = accepted(body.replace("49.9", "1e999"));
    expect(read.batches[0]).toMatchObject({ rejection: { message: "/batches/0/events/0/value must be number" } });
  });

  test("counts characters, not code units", () => {
    const title = "🙂".repeat(limits.title);
    expect(accepted(bytes(envelopeOf({ batches: [batchOf({ page: pageOf({ title }) })] }))).batches[0]?.ok).toBe(true);
    expect(rejection(batchOf({ page: pageOf({ title: `${title}!` }) }))).toContain("/page/title must NOT have more");
  });

  test("refuses properties of too many keys or bytes, however they are spelt", () => {
    const keys = Object.fromEntries(Array.from({ length: limits.propertyKeys + 1 }, (_, i) => [`k${i}`, i]));
    expect(rejection(batchOf({ events: [{ ...fixtures.custom, props: keys }] }))).toContain("/events/0/props must NOT");
    for (const filler of ["x".repeat(limits.propertyBytes), "é".repeat(limits.propertyBytes / 2)]) {
      const over = `batch_invalid /batches/0/events/0/props must not have more than ${limits.propertyBytes} bytes`;
      expect(rejection(batchOf({ events: [{ ...fixtures.custom, props: { filler } }] }))).toBe(over);
      expect(rejection(batchOf({ events: [{ ...fixtures.identify, traits: { filler } }] }))).toBe(
        over.replace("props", "traits"),
      );
      const room = JSON.stringify({ filler: "" }).length;
      const fits = filler.slice(0, filler.length - (filler.startsWith("é") ? room / 2 : room));
      const events = [{ ...fixtures.custom, props: { filler: fits } }];
      expect(accepted(bytes(envelopeOf({ batches: [batchOf({ events })] }))).batches[0]?.ok).toBe(true);
    }
  });
});

describe("the edge", () => {
  test("is removed from what a browser sends, whatever it says", () => {
    const batch = batchOf();
    for (const edge of [edgeOf(), 7, null, { deep: { er: [] } }]) {
      const read = accepted(JSON.stringify({ ...envelopeOf(), batches: [{ ...batch, edge }] }));
      expect(read.batches).toMatchObject([{ ok: true, batch, unknown: 0 }]);
      expect(read.batches[0]).not.toHaveProperty("batch.edge");
    }
  });

  test("is kept from a relay, and needed", () => {
    const batch = sealedBatchOf();
    const read = readEnvelope(bytes(sealedEnvelopeOf({ batches: [batch] })), sealed);
    expect(read).toMatchObject({ ok: true, sentAt: undefined, batches: [{ ok: true, batch }] });
    expect(rejection(batchOf(), sealed)).toBe("batch_invalid /batches/0/edge must be object");
    expect(rejection(sealedBatchOf({ edge: edgeOf({ skew: 0.5 }) }), sealed)).toBe(
      "batch_invalid /batches/0/edge/skew must be integer",
    );
    expect(rejection(sealedBatchOf({ edge: edgeOf({ country: "fr" }) }), sealed)).toContain("/edge/country must match");
  });
});

describe("the size of a batch", () => {
  const sized = (size: number) => {
    const batch = batchOf({ tab: "", page: pageOf({ title: "" }), events: [fixtures.page] });
    const padding = { filler: "x".repeat(size) };
    return {
      ...batch,
      tab: "t",
      padding: padding.filler.slice(0, size - bytes({ ...batch, tab: "t", padding: "" }).length),
    };
  };

  test("is refused one byte over the limit and accepted at it, and neighbours stay", () => {
    const [fits, over] = [sized(limits.batchBytes), sized(limits.batchBytes + 1)];
    expect(accepted(bytes({ ...envelopeOf(), batches: [over, fits] })).batches).toMatchObject([
      {
        ok: false,
        rejection: {
          id: over.id,
          code: "batch_too_large",
          message: `/batches/0 must not have more than ${limits.batchBytes} bytes`,
        },
        events: 1,
      },
      { ok: true, bytes: limits.batchBytes, unknown: 1 },
    ]);
  });

  test("leaves a sealed batch room for its edge", () => {
    const batch = { ...sized(limits.batchBytes), edge: edgeOf() };
    expect(accepted(bytes({ ...envelopeOf(), batches: [batch] }), sealed).batches).toMatchObject([{ ok: true }]);
  });

  test("cannot be hidden by spelling the field's name another way", () => {
    const over = JSON.stringify([sized(limits.batchBytes + 1)]);
    const small = JSON.stringify([batchOf()]);
    const head = `{"v":1,"key":"k"`;
    for (const body of [
      `${head},"batche\\u0073":${over}}`,
      `${head},"batches":${small},"batche\\u0073":${over}}`,
      `${head},"batches":${small},"batches":${over}}`,
      `${head},"x":"batches","batches" : \n ${over}}`,
      `${head},"x":{"batches":${small}},"batches":${over},"y":{"batches":${small}}}`,
    ])
      expect(accepted(body).batches).toMatchObject([{ rejection: { code: "batch_too_large" } }]);
  });
});

describe("depth", () => {
  const nested = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);
  // The envelope, its batches, the batch, its events, the event and `props` are six levels.
  const withProps = (levels: number) => ({
    ...envelopeOf(),
    batches: [{ ...batchOf(), events: [{ type: "custom", t: 0, name: "n", props: nested(levels - 5) }] }],
  });

  test("is accepted at the limit; a batch above it is refused, and its neighbours stay", () => {
    const [deep] = withProps(limits.depth + 1).batches;
    const [fits] = withProps(limits.depth).batches;
    const message = `/batches/1 must not nest deeper than ${limits.depth} levels`;
    expect(accepted(bytes({ ...envelopeOf(), batches: [fits, deep, fits] })).batches).toMatchObject([
      { ok: true, batch: fits },
      { ok: false, events: 1, rejection: { id: deep?.id, code: "batch_invalid", message } },
      { ok: true, batch: fits },
    ]);
  });

  test("refuses the whole body where it is too deep outside the batches, or too deep to be parsed at all", () => {
    const refusal = {
      ok: false,
      message: `the body must not nest deeper than ${limits.depth} levels`,
      details: [{ path: "", message: `must not nest deeper than ${limits.depth} levels` }],
    };
    expect(readEnvelope(bytes({ ...envelopeOf(), more: nested(limits.depth - 1) }), open).ok).toBe(true);
    expect(readEnvelope(bytes({ ...envelopeOf(), more: nested(limits.depth) }), open)).toEqual(refusal);
    expect(readEnvelope(bytes(withProps(limits.depth * 4)), open).ok).toBe(true);
    expect(readEnvelope(bytes(withProps(limits.depth * 4 + 1)), open)).toEqual(refusal);
    // Which batch is the deep one cannot be told here, so none is believed.
    const deep = JSON.stringify(withProps(limits.depth + 1));
    expect(readEnvelope(deep.replace('"batches":', '"batches":[],"b\\u0061tches":'), open)).toEqual(refusal);
    expect(readEnvelope(deep.replace('"batches":[', '"batches":[7,'), open)).toEqual(refusal);
  });

  test("does not count brackets inside strings", () => {
    const title = `${"[{".repeat(100)}\\"${"[".repeat(50)}`;
    expect(accepted(bytes(envelopeOf({ batches: [batchOf({ page: pageOf({ title }) })] }))).batches[0]?.ok).toBe(true);
  });

  test.each(["[", '{"a":', '[{"a":', '{"v":1,"batches":[{"events":['])("survives a megabyte of %s", (unit) => {
    const body = unit.repeat(Math.ceil(limits.requestBytes / unit.length));
    expect(readEnvelope(body, open)).toMatchObject({ ok: false, message: expect.stringContaining("nest deeper") });
  });
});
