import { type Event, limits, type SealedBatch } from "@isotherm/protocol";
import { edgeOf, fixtures, fixtureTime, pageOf, sealedBatchOf, sealedEnvelopeOf } from "@isotherm/protocol/fixtures";
import { readEnvelope } from "@isotherm/protocol/validate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dump } from "../dump.js";
import { settle } from "../settle.js";
import { shareOf } from "../share.js";
import { bench } from "./bench.js";

const day = 86_400_000;
const t = fc.oneof(fc.constant(0), fc.integer({ min: -14 * day, max: 14 * day }));
const pixel = fc.oneof(fc.constant(0), fc.integer({ min: -limits.pixels, max: limits.pixels }));
const odd = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 30 }),
  fc.constantFrom("__proto__", "constructor", "%_", "\\u0000"),
);
const known = fc.constantFrom(...Object.values(fixtures));

/** Events that the schema lets pass, and that no SDK would send. */
const events: fc.Arbitrary<Event> = fc.oneof(
  fc.tuple(known, t).map(([event, at]) => ({ ...event, t: at }) as Event),
  fc
    .record({
      t,
      x: pixel,
      y: pixel,
      n: fc.nat({ max: 2 }),
      el: odd,
      ex: fc.nat({ max: limits.fraction }),
      ey: fc.nat({ max: limits.fraction }),
      fixed: fc.boolean(),
    })
    .map((click) => ({ type: "click", ...click }) as Event),
  fc.record({ t, of: fc.nat({ max: 2 }) }).map((dead) => ({ type: "dead", ...dead }) as Event),
  fc
    .record({ t, path: fc.tuple(pixel, pixel, fc.nat(day), pixel, pixel) })
    .map((move) => ({ type: "move", ...move }) as Event),
  fc
    .record({
      t,
      bands: fc.array(fc.tuple(fc.nat({ max: limits.pixels }), fc.nat(day)), { maxLength: 3 }),
      engaged: fc.nat(day),
    })
    .map((attention) => ({ type: "attention", ...attention }) as Event),
  fc.record({ t, name: odd }).map((custom) => ({ type: "custom", ...custom }) as Event),
  fc
    .record({ t, name: odd, value: fc.double({ noNaN: true, noDefaultInfinity: true }) })
    .map((goal) => ({ type: "goal", ...goal }) as Event),
  fc.record({ t, mood: odd }).map((future) => ({ type: "future", ...future }) as never),
);

/** Batches whose tabs, page views and numbers collide. */
const batches: fc.Arbitrary<readonly SealedBatch[]> = fc.array(
  fc
    .record({
      tab: fc.constantFrom("a", "b"),
      seq: fc.nat({ max: 3 }),
      at: fc.integer({ min: 0, max: fixtureTime + 30 * day }),
      visitor: fc.option(odd, { nil: undefined }),
      user: fc.option(fc.constantFrom("ada", "bob"), { nil: undefined }),
      url: fc.oneof(fc.webUrl(), odd),
      nav: fc.constantFrom("load" as const, "resume" as const),
      size: fc.nat({ max: limits.pixels }),
      events: fc.array(events, { minLength: 1, maxLength: 6 }),
      previous: fc.option(fc.constantFrom("x", "y"), { nil: undefined }),
      hash: fc.constantFrom("x", "y", "z"),
    })
    .map(({ tab, seq, at, visitor, user, url, nav, size, events: all, previous, hash }) =>
      sealedBatchOf({
        ...{
          tab,
          seq,
          at,
          events: all,
          ...(visitor !== undefined && { visitor }),
          ...(user !== undefined && { user }),
        },
        page: pageOf({ id: "p", url, nav, vw: size, vh: size, dw: size, dh: size }),
        edge: edgeOf({ visitor: hash, ...(previous !== undefined && { previous }) }),
      }),
    ),
  { minLength: 1, maxLength: 12 },
);

describe("whatever the schema lets pass", { timeout: 60_000 }, () => {
  test("is stored, and leaves every question an answer", () => {
    fc.assert(
      fc.property(batches, (all) => {
        const envelope = readEnvelope(JSON.stringify(sealedEnvelopeOf({ batches: all })), { sealed: true });
        expect(envelope).toMatchObject({ ok: true, batches: all.map(() => ({ ok: true })) });
        using store = bench();
        for (const batch of all) store.project([batch]);
        settle(store.write);
        dump(store.read);
        expect(store.project(all)).toMatchObject({ stored: 0, duplicates: all.length });
      }),
      { numRuns: shareOf(60) },
    );
  });
});
