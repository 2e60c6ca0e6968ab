import { type Batch, type CustomEvent, horizon, limits } from "@isotherm/protocol";
import { readEnvelope } from "@isotherm/protocol/validate";
import { describe, expect, test } from "vitest";
import { copiedBatches } from "../../../src/passthrough/copy/copied-batches.js";
import type { ReadEvent } from "../../../src/passthrough/preset/preset.js";

const at = Date.UTC(2026, 10, 22, 9);
const url = "https://shop.example/p";
const view = (more: Partial<ReadEvent> = {}): ReadEvent => ({ at, url, ...more });
const copies = (events: readonly ReadEvent[]): readonly Batch[] => copiedBatches(events, at, "posthog");

/** What a collector says of batches: none of those from here may be refused. */
function faultsOf(batches: readonly Batch[]): readonly string[] {
  return batches.flatMap((batch) => {
    const read = readEnvelope(JSON.stringify({ v: 1, key: "pk_0123456789abcdefghijABCD", batches: [batch] }), {
      sealed: false,
    });
    return read.ok ? read.batches.flatMap((check) => (check.ok ? [] : [check.rejection.message])) : [read.message];
  });
}

describe("copied batches", () => {
  test("hold a thousand events of a page view each, in order and under one page id", () => {
    const events = Array.from({ length: 2_500 }, (_, i) => view({ name: `event ${i}`, at: at + i }));
    const batches = copies(events);
    expect(batches.map((batch) => batch.events.length)).toEqual([1_000, 1_000, 500]);
    expect(new Set(batches.map(({ page }) => page.id)).size).toBe(1);
    expect(new Set(batches.map(({ id }) => id)).size).toBe(3);
    expect(batches.flatMap((batch) => batch.events.map((event) => batch.at + event.t))).toEqual(
      events.map((event) => event.at),
    );
    expect(faultsOf(batches)).toEqual([]);
  });

  test("have as many bytes as a batch may have, in UTF-8", () => {
    const properties = { note: "é".repeat(9_000) };
    const batches = copies(Array.from({ length: 20 }, () => view({ name: "noted", properties })));
    expect(batches.map((batch) => batch.events.length)).toEqual([3, 3, 3, 3, 3, 3, 2]);
    expect(faultsOf(batches)).toEqual([]);
  });

  test("take time in proportion to the events of a page", () => {
    const events = Array.from({ length: 22_000 }, () => view());
    const began = performance.now();
    expect(copies(events)).toHaveLength(22);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  test("are refused where they are far more than was sent", () => {
    const events = Array.from({ length: 22_000 }, (_, i) => view({ url: `${url}/${i}` }));
    expect(() => copies(events)).toThrow("copies of one request may have");
  });

  const deep = (levels: number): object => (levels === 1 ? {} : { inner: deep(levels - 1) });
  test.each<[string, Partial<ReadEvent>, Partial<CustomEvent>]>([
    ["too many properties", { properties: Object.fromEntries(Array.from({ length: 256 }, (_, i) => [i, i])) }, {}],
    ["properties of too many bytes", { properties: { note: "é".repeat(20_000) } }, {}],
    ["properties that nest too deep", { properties: deep(12) as ReadEvent["properties"] & object }, {}],
    [
      "properties that nest as deep as may be",
      { properties: deep(11) as ReadEvent["properties"] & object },
      { props: deep(11) as CustomEvent["props"] & object },
    ],
    ["a long name", { name: "n".repeat(500) }, { name: "n".repeat(limits.name) }],
  ])("keep to the protocol's limits of an event: %s", (_, read, expected) => {
    const batches = copies([view({ name: "event", ...read }), view({ name: "neighbour" })]);
    expect(faultsOf(batches)).toEqual([]);
    expect(batches[0]?.events).toEqual([
      { type: "custom", name: "event", t: 0, ...expected },
      { type: "custom", name: "neighbour", t: 0 },
    ]);
  });

  test("keep to the protocol's limits of a page, a time and a name", () => {
    const odd = view({
      url: `${url}?${"q".repeat(5_000)}`,
      referrer: "r".repeat(5_000),
      title: "t".repeat(5_000),
      pageId: "v".repeat(5_000),
      viewport: [-1, 1e12],
      screen: [1.5, 0],
    });
    const batches = copies([odd, { ...odd, at: -5 }, { ...odd, at: Number.NaN }, { ...odd, name: "" }]);
    expect(faultsOf(batches)).toEqual([]);
    expect(batches).toMatchObject([{ at, page: { vw: 0, vh: limits.pixels, sw: 2, sh: 0 }, events: [{}, {}, {}] }]);
  });

  test("are others where events of one page lie further apart than a batch may", () => {
    const batches = copies([view({ at: at + horizon.send + 1 }), view()]);
    expect(faultsOf(batches)).toEqual([]);
    expect(batches.map((batch) => batch.at)).toEqual([at, at + horizon.send + 1]);
  });
});
