import { describe, expect, test } from "vitest";
import { change } from "../../../src/app/format/change.js";
import { longTime, shortTime, span } from "../../../src/app/format/day.js";
import { duration } from "../../../src/app/format/duration.js";
import { compact, metricText, percent } from "../../../src/app/format/number.js";

describe("duration", () => {
  test.each([
    [0, "0s"],
    [45_400, "45s"],
    [59_600, "1m 00s"],
    [162_000, "2m 42s"],
    [3_780_000, "1h 03m"],
  ])("writes %i ms as %s", (milliseconds, text) => expect(duration(milliseconds)).toBe(text));
});

describe("numbers", () => {
  test("stay whole up to four digits and short above", () => {
    expect(compact(9_999)).toBe("9,999");
    expect(compact(31_204)).toBe("31.2K");
    expect(compact(1_250_000)).toBe("1.25M");
  });

  test("never say that what is there is nothing", () => {
    expect(percent(0)).toBe("0%");
    expect(percent(0.000_2)).toBe("<0.1%");
    expect(percent(0.038)).toBe("3.8%");
    expect(percent(0.0997)).toBe("10%");
    expect(percent(0.42)).toBe("42%");
  });

  test("carry the unit of their metric", () => {
    expect(metricText("bounceRate", 0.413)).toBe("41%");
    expect(metricText("viewsPerVisit", 3)).toBe("3.00");
    expect(metricText("visitDuration", 162_000)).toBe("2m 42s");
    expect(metricText("visitors", 8_412)).toBe("8,412");
  });
});

describe("change", () => {
  test("is welcome when numbers rise, and when the bounce rate falls", () => {
    expect(change("visitors", 115, 100)).toEqual({ text: "15%", direction: 1, mood: "good" });
    expect(change("visits", 80, 100)).toEqual({ text: "20%", direction: -1, mood: "bad" });
    expect(change("bounceRate", 0.41, 0.46)).toEqual({ text: "5pp", direction: -1, mood: "good" });
    expect(change("bounceRate", 0.46, 0.41)).toEqual({ text: "5pp", direction: 1, mood: "bad" });
  });

  test("is nothing at all below half a per cent, and where nothing was before", () => {
    expect(change("visitors", 1_002, 1_000)).toEqual({ text: "0%", direction: 0, mood: "same" });
    expect(change("visitors", 5, 0)).toBeNull();
  });

  test("turns to multiples where per cents would be endless", () => {
    expect(change("visitors", 2_600, 100)?.text).toBe("25×");
  });
});

describe("days", () => {
  test("are the site's own, whatever the zone of the browser", () => {
    expect(shortTime("2026-11-21")).toBe("Nov 21");
    expect(shortTime("2026-11-21T14:00")).toMatch(/^2:00\sPM$/);
    expect(longTime("2026-11-21")).toBe("Sat, Nov 21");
  });

  test("name a single day once", () => {
    expect(span({ from: "2026-11-21", to: "2026-11-21" })).toBe("Nov 21");
    expect(span({ from: "2026-10-23", to: "2026-11-21" })).toMatch(/^Oct 23\s–\sNov 21$/);
  });
});
