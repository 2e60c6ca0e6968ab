import { localDay } from "@isotherm/protocol/seal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayLength, dayOf, dayText, zone } from "../../../src/store/derive/zone.js";

const zones = [
  "UTC",
  "Europe/Paris",
  "America/New_York",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "America/Havana",
  "Pacific/Apia",
];
const hour = 3_600_000;

describe("a zone", () => {
  test("tells the local day that Intl tells", () => {
    const times = fc.integer({ min: Date.UTC(2011, 0, 1), max: Date.UTC(2030, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...zones), times, (name, at) => {
        expect(dayText(zone(name).day(at))).toBe(localDay(at, name));
      }),
    );
  });

  test("begins each day where the one before ends", () => {
    const days = fc.integer({ min: dayOf("2015-01-01"), max: dayOf("2029-12-31") });
    fc.assert(
      fc.property(fc.constantFrom(...zones), days, (name, day) => {
        const { start, day: of } = zone(name);
        expect(of(start(day))).toBe(day);
        expect(of(start(day) - 1)).toBe(day - 1);
      }),
    );
  });

  test.each([
    ["2026-03-29", 23],
    ["2026-10-25", 25],
    ["2026-11-21", 24],
  ])("gives %s in Paris %i hours", (text, hours) => {
    const { start } = zone("Europe/Paris");
    expect(start(dayOf(text) + 1) - start(dayOf(text))).toBe(hours * hour);
  });

  test("begins a day at its first instant where summer time takes midnight away", () => {
    const { start, offset } = zone("America/Havana");
    const at = start(dayOf("2026-03-08"));
    expect(new Date(at + offset(at)).toISOString()).toBe("2026-03-08T01:00:00.000Z");
  });

  test("refuses a zone that there is not", () => {
    expect(() => zone("Europe/Atlantis")).toThrow(RangeError);
  });
});

describe("a day", () => {
  test("is written as it is read", () => {
    expect(dayText(dayOf("2026-11-21"))).toBe("2026-11-21");
    expect(dayOf("1970-01-02") * dayLength).toBe(dayLength);
  });
});
