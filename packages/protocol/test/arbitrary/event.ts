import { type Event, type EventType, horizon, limits, type Properties } from "@isotherm/protocol";
import fc from "fast-check";

type Of<T extends EventType> = Extract<Event, { readonly type: T }>;

/** Text of any script, with surrogate pairs, up to `max` characters. */
export const text = (max: number, min = 0): fc.Arbitrary<string> =>
  fc.string({ unit: "grapheme-composite", minLength: min, maxLength: Math.min(max, 40) }).map((made) => {
    const points = [...made];
    return points.length > max ? points.slice(0, max).join("") : made;
  });

const t = fc.integer({ min: -horizon.send, max: horizon.send });
const pixel = fc.oneof(fc.integer({ min: -200, max: 20_000 }), fc.constantFrom(0, limits.pixels, -limits.pixels));
const count = fc.oneof(fc.nat(5_000), fc.constant(limits.count));
const share = fc.integer({ min: 0, max: 32_767 });
const duration = fc.integer({ min: 0, max: horizon.send });
const anchor = text(limits.anchor);
const name = text(limits.name, 1);
const url = fc.oneof(fc.webUrl(), fc.constant(""), fc.constant(`https://x.example/${"é".repeat(2_000)}`));
const bag: fc.Arbitrary<Properties> = fc.dictionary(
  text(20),
  fc.jsonValue({ maxDepth: 3, noUnicodeString: false } as object) as fc.Arbitrary<Properties[string]>,
  { maxKeys: 6 },
);

/** `T` with its optional fields there or not. */
const record = <T>(fields: { [K in keyof T]-?: fc.Arbitrary<Exclude<T[K], undefined>> }, required: (keyof T)[]) =>
  fc.record(fields as never, { requiredKeys: required as never[] }) as unknown as fc.Arbitrary<T>;

/** Every event that an SDK can build, by type. */
export const events: { readonly [T in EventType]: fc.Arbitrary<Of<T>> } = {
  page: record<Of<"page">>({ type: fc.constant("page"), t }, ["type", "t"]),
  click: record<Of<"click">>(
    {
      type: fc.constant("click"),
      t,
      n: count,
      x: pixel,
      y: pixel,
      el: anchor,
      ex: share,
      ey: share,
      fixed: fc.boolean(),
      box: fc.record({ el: anchor, x: pixel, y: pixel }),
      kb: fc.boolean(),
      rage: fc.boolean(),
      out: url,
      file: url,
      btn: fc.integer({ min: 0, max: 4 }),
    },
    ["type", "t", "n", "x", "y", "el", "ex", "ey"],
  ),
  dead: record<Of<"dead">>({ type: fc.constant("dead"), t, of: count }, ["type", "t", "of"]),
  move: record<Of<"move">>({ type: fc.constant("move"), t, path: fc.array(pixel, { minLength: 2, maxLength: 60 }) }, [
    "type",
    "t",
    "path",
  ]),
  scroll: record<Of<"scroll">>(
    {
      type: fc.constant("scroll"),
      t,
      path: fc.array(pixel, { minLength: 1, maxLength: 60 }),
      max: fc.integer({ min: 0, max: 1_000 }),
      el: anchor,
    },
    ["type", "t", "path", "max"],
  ),
  attention: record<Of<"attention">>(
    {
      type: fc.constant("attention"),
      t,
      bands: fc.array(fc.tuple(fc.nat(400), duration), { maxLength: 30 }),
      engaged: duration,
    },
    ["type", "t", "bands", "engaged"],
  ),
  input: record<Of<"input">>(
    { type: fc.constant("input"), t, el: anchor, act: fc.constantFrom("focus", "blur", "change", "submit") },
    ["type", "t", "el", "act"],
  ),
  keyboard: record<Of<"keyboard">>(
    { type: fc.constant("keyboard"), t, cat: fc.constantFrom("navigation", "editing", "modifier", "system", "other") },
    ["type", "t", "cat"],
  ),
  custom: record<Of<"custom">>({ type: fc.constant("custom"), t, name, props: bag, passive: fc.boolean() }, [
    "type",
    "t",
    "name",
  ]),
  goal: record<Of<"goal">>(
    {
      type: fc.constant("goal"),
      t,
      name,
      value: fc.double({ noDefaultInfinity: true, noNaN: true }),
      currency: fc.constantFrom("EUR", "JPY"),
    },
    ["type", "t", "name"],
  ),
  vital: record<Of<"vital">>(
    {
      type: fc.constant("vital"),
      t,
      name: fc.constantFrom("LCP", "INP", "CLS", "FCP", "TTFB"),
      value: fc.double({ min: 0, noDefaultInfinity: true, noNaN: true }),
      rating: fc.constantFrom("good", "needs-improvement", "poor"),
    },
    ["type", "t", "name", "value", "rating"],
  ),
  error: record<Of<"error">>(
    {
      type: fc.constant("error"),
      t,
      message: text(limits.message),
      source: url,
      line: count,
      col: count,
      stack: text(400),
    },
    ["type", "t", "message"],
  ),
  identify: record<Of<"identify">>({ type: fc.constant("identify"), t, traits: bag }, ["type", "t"]),
  exposure: record<Of<"exposure">>({ type: fc.constant("exposure"), t, experiment: name, variant: name }, [
    "type",
    "t",
    "experiment",
    "variant",
  ]),
  snapshot: record<Of<"snapshot">>({ type: fc.constant("snapshot"), t, ref: text(limits.id, 1) }, ["type", "t", "ref"]),
};

/** Any event. */
export const event: fc.Arbitrary<Event> = fc.oneof(...(Object.values(events) as fc.Arbitrary<Event>[]));
