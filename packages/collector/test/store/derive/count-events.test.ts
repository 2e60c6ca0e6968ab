import type { Event } from "@isotherm/protocol";
import { widthClass } from "@isotherm/protocol";
import { edgeOf, fixtures, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { countEvents } from "../../../src/store/derive/count-events.js";
import { eventTime } from "../../../src/store/derive/event-time.js";

const count = (events: readonly Event[], page = pageOf()) =>
  countEvents(sealedBatchOf({ events, page, at: 1_000, edge: edgeOf({ at: 60_000 }) }));
const custom: Event = { ...fixtures.custom, passive: false };
const passive: readonly Event[] = [
  ...[fixtures.dead, fixtures.move, fixtures.scroll, fixtures.attention, fixtures.vital, fixtures.error],
  ...[fixtures.exposure, fixtures.snapshot, { ...custom, passive: true }],
];
const active: readonly Event[] = [
  fixtures.page,
  fixtures.click,
  fixtures.input,
  fixtures.keyboard,
  custom,
  fixtures.goal,
];

describe("countEvents", () => {
  test.each(passive.map((event) => [event.type, event] as const))("takes %s for no activity", (_type, event) => {
    expect(count([event])).toMatchObject({ first: null, last: null, at: 1_000 + event.t });
  });

  test.each(active.map((event) => [event.type, event] as const))("takes %s for activity", (_type, event) => {
    expect(count([event])).toMatchObject({ first: 1_000 + event.t, last: 1_000 + event.t });
  });

  test("takes a resumed page neither for a page view nor for activity", () => {
    expect(count([fixtures.page], pageOf({ nav: "resume" }))).toMatchObject({ first: null, views: 0, viewed: null });
    expect(count([fixtures.page])).toMatchObject({ views: 1, viewed: 1_000 + fixtures.page.t });
  });

  test("lets goals and what is not passive end a bounce, and counts them all as events", () => {
    const events = [fixtures.goal, custom, { ...custom, passive: true }, fixtures.click];
    expect(count(events)).toMatchObject({ events: 3, breaks: 2, clicks: 1 });
  });

  test("takes the deepest scroll of the page, not that of a container", () => {
    const scroll = (max: number, el?: string): Event => ({ type: "scroll", t: 0, path: [0], max, ...(el && { el }) });
    expect(count([scroll(300), scroll(200), scroll(900, "#list")]).depth).toBe(300);
    expect(count([scroll(1_200)]).depth).toBe(1_000);
    expect(count([fixtures.click]).depth).toBeNull();
  });

  test("takes a page that fits the viewport for seen to its end", () => {
    expect(count([{ type: "scroll", t: 0, path: [0], max: 10 }], pageOf({ vh: 900, dh: 900 })).depth).toBe(1_000);
  });
});

describe("eventTime", () => {
  const received = 1_795_251_600_000;
  const timeOf = (at: number, skew = 0) => eventTime(sealedBatchOf({ at, edge: edgeOf({ at: received, skew }) }));

  test("adds an offset to the time without the clock's skew", () => {
    expect(timeOf(received - 10_000)({ t: 500 })).toBe(received - 9_500);
    expect(timeOf(received + 3_600_000 - 10_000, 3_600_000)({ t: 500 })).toBe(received - 9_500);
  });

  test("holds what a clock that was set makes of an offset", () => {
    const day = 86_400_000;
    expect(timeOf(received - 1_000)({ t: 3 * day })).toBe(received + 5_000);
    expect(timeOf(received - 1_000)({ t: -14 * day })).toBe(received - 14 * day);
  });
});

describe("widthClass", () => {
  test.each([
    [0, 0],
    [479, 0],
    [480, 480],
    [1_023.5, 768],
    [1_280, 1_280],
    [9_999, 1_536],
  ])("of %d is %i", (viewport, edge) => {
    expect(widthClass(viewport)).toBe(edge);
  });
});
