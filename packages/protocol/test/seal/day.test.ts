import { localDay, localDayRange } from "@isotherm/protocol/seal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const hour = 3_600_000;
const day = 24 * hour;
const utc = (text: string): number => Date.parse(`${text}Z`);

/** The wall clock of a zone, the way a person reads it. */
const wall = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(at);

const zones = [
  "UTC",
  "Europe/Paris",
  "America/Sao_Paulo",
  "America/St_Johns",
  "America/Nuuk",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Asia/Beirut",
  "Pacific/Apia",
  "Pacific/Chatham",
  "Pacific/Kiritimati",
  "Pacific/Niue",
  "Africa/Cairo",
  "Australia/Lord_Howe",
] as const;

describe("localDayRange", () => {
  test.each([
    ["an ordinary day", "2026-11-21", "Europe/Paris", "2026-11-20T23:00", 24],
    ["a zone off the hour", "2026-11-21", "Asia/Kolkata", "2026-11-20T18:30", 24],
    ["the day that summer time begins", "2026-03-29", "Europe/Paris", "2026-03-28T23:00", 23],
    ["the day that it ends", "2026-10-25", "Europe/Paris", "2026-10-24T22:00", 25],
    ["a day without a midnight, in Cairo", "2026-04-24", "Africa/Cairo", "2026-04-23T22:00", 23],
    ["the day whose last hour comes twice, in Cairo", "2026-10-29", "Africa/Cairo", "2026-10-28T21:00", 25],
    ["a day without a midnight, in São Paulo", "2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00", 23],
    ["the day whose last hour comes twice, in São Paulo", "2018-02-17", "America/Sao_Paulo", "2018-02-17T02:00", 25],
    ["a shift of half an hour", "2026-04-05", "Australia/Lord_Howe", "2026-04-04T13:00", 24.5],
    ["the day before one that Samoa left out", "2011-12-29", "Pacific/Apia", "2011-12-29T10:00", 24],
    ["the day that Samoa left out", "2011-12-30", "Pacific/Apia", "2011-12-30T10:00", 0],
    ["the day after it", "2011-12-31", "Pacific/Apia", "2011-12-30T10:00", 24],
    ["the farthest zone ahead", "2026-11-21", "Pacific/Kiritimati", "2026-11-20T10:00", 24],
    ["the farthest zone behind", "2026-11-21", "Pacific/Niue", "2026-11-21T11:00", 24],
    ["a leap day", "2028-02-29", "UTC", "2028-02-29T00:00", 24],
  ])("knows %s", (_, name, zone, from, hours) => {
    expect(localDayRange(name, zone)).toEqual({ from: utc(from), until: utc(from) + hours * hour });
  });

  test("refuses what is no day or no zone, and says so", () => {
    for (const wrong of ["2026-13-01", "2026-1-1", "today", "", "2026-11-21T00:00"])
      expect(() => localDayRange(wrong, "UTC")).toThrow(expect.objectContaining({ code: "day_invalid" }));
    expect(() => localDayRange("2026-11-21", "Mars/Olympus")).toThrow(
      expect.objectContaining({ code: "zone_unknown", message: "Mars/Olympus is not an IANA time zone" }),
    );
  });
});

describe("localDay", () => {
  const moment = fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2037, 0, 1) });

  test("is the day whose range holds the moment; days meet without gap or overlap", () => {
    fc.assert(
      fc.property(moment, fc.constantFrom(...zones), (at, zone) => {
        const { from, until } = localDayRange(localDay(at, zone), zone);
        expect(from <= at && at < until).toBe(true);
        const [before, after] = [localDay(from - 1, zone), localDay(until, zone)];
        expect(localDayRange(before, zone).until).toBe(from);
        expect(localDayRange(after, zone).from).toBe(until);
        expect(before < localDay(at, zone) && localDay(at, zone) < after).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("is the day on the wall", () => {
    // St John's went back at one minute past midnight until 2011: a day was named twice there.
    const plain = zones.filter((zone) => zone !== "America/St_Johns");
    fc.assert(
      fc.property(moment, fc.constantFrom(...plain), (at, zone) => {
        expect(localDay(at, zone)).toBe(wall(at, zone).slice(0, 10));
      }),
      { numRuns: 500 },
    );
  });

  test("changes once at each midnight of a year, wherever the clocks change", () => {
    for (const zone of zones) {
      let at = Date.UTC(2010, 9, 1);
      const seen: string[] = [];
      while (at < Date.UTC(2012, 2, 1)) {
        const name = localDay(at, zone);
        const { from, until } = localDayRange(name, zone);
        expect([localDay(from, zone), localDay(until - 1, zone)]).toEqual([name, name]);
        seen.push(name);
        at = until;
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(seen.toSorted());
      expect(seen.length).toBeGreaterThanOrEqual(Math.floor((Date.UTC(2012, 2, 1) - Date.UTC(2010, 9, 1)) / day) - 1);
      expect(seen.includes("2011-12-30")).toBe(zone !== "Pacific/Apia");
    }
  });

  test("gives a minute that was the next day, before clocks went back over midnight, to the day that went on", () => {
    const zone = "America/St_Johns";
    const [first, again] = [utc("2010-11-07T02:30:30"), utc("2010-11-07T03:30:30")];
    expect([first, again].map((at) => wall(at, zone))).toEqual(["2010-11-07 00:00:30", "2010-11-07 00:00:30"]);
    expect([first, again].map((at) => localDay(at, zone))).toEqual(["2010-11-06", "2010-11-07"]);
  });

  test("refuses an unknown zone", () => {
    expect(() => localDay(0, "Mars/Olympus")).toThrow(expect.objectContaining({ code: "zone_unknown" }));
  });
});
