import { localDay, newSalt, saltsWanted } from "@isotherm/protocol/seal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("newSalt", () => {
  test("is 32 random bytes, valid from midnight to midnight", () => {
    const salt = newSalt("shop", "Europe/Paris", "2026-03-29");
    expect(salt).toEqual({
      group: "shop",
      day: "2026-03-29",
      from: Date.UTC(2026, 2, 28, 23),
      until: Date.UTC(2026, 2, 29, 22),
      secret: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    });
    expect(newSalt("shop", "Europe/Paris", "2026-03-29").secret).not.toBe(salt.secret);
  });
});

describe("saltsWanted", () => {
  test("asks for yesterday, today and the next two days of every group, once", () => {
    const sites = [
      { group: "shop", timeZone: "Europe/Paris" },
      { group: "blog", timeZone: "Pacific/Kiritimati" },
      { group: "shop", timeZone: "America/Sao_Paulo" },
    ];
    const wanted = saltsWanted(sites, Date.UTC(2026, 10, 21, 12));
    expect(wanted.map(({ group, day }) => `${group} ${day}`)).toEqual([
      "shop 2026-11-20",
      "shop 2026-11-21",
      "shop 2026-11-22",
      "shop 2026-11-23",
      "blog 2026-11-21",
      "blog 2026-11-22",
      "blog 2026-11-23",
      "blog 2026-11-24",
    ]);
    expect(wanted[0]?.from).toBe(Date.UTC(2026, 10, 19, 23));
    expect(new Set(wanted.map(({ secret }) => secret)).size).toBe(wanted.length);
    expect(saltsWanted([], 0)).toEqual([]);
  });

  test("leaves no moment of its four days without a salt", () => {
    const zone = fc.constantFrom("Europe/Paris", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Apia", "Africa/Cairo");
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2008, 0), max: Date.UTC(2030, 0) }), zone, (now, timeZone) => {
        const salts = saltsWanted([{ group: "g", timeZone }], now);
        expect(salts[1]?.day).toBe(localDay(now, timeZone));
        for (const [i, salt] of salts.entries()) {
          expect(salt.from < salt.until).toBe(true);
          if (i > 0) expect(salt.from).toBe(salts[i - 1]?.until);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("skips the day that Samoa left out", () => {
    const salts = saltsWanted([{ group: "g", timeZone: "Pacific/Apia" }], Date.UTC(2011, 11, 29, 12));
    expect(salts.map(({ day }) => day)).toEqual(["2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01"]);
  });
});
