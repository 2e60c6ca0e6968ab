import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { placeOf, unknownPlace } from "../../src/enrich/place.js";
import { placeFiles } from "../../src/enrich/place-files.js";
import { type MmdbValue, writeMmdb } from "../mmdb.js";

const folder = mkdtempSync(join(tmpdir(), "isotherm-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const fileOf = (networks: { readonly [network: string]: MmdbValue }): string => {
  const file = join(folder, `${files++}.mmdb`);
  writeMmdb(file, networks);
  return file;
};

/** As GeoLite2 City, GeoLite2 ASN and GeoIP2 Anonymous IP have them. */
const city = fileOf({
  "203.0.113.0/24": {
    country: { iso_code: "FR" },
    subdivisions: [{ names: { en: "Ile-de-France" } }],
    city: { names: { en: "Paris", fr: "Paris" } },
    location: { time_zone: "Europe/Paris", latitude: 48 },
  },
  "198.51.100.0/24": { country: { iso_code: "US" } },
  "2001:db8:5::/48": { country: { iso_code: "DE" }, city: { names: { en: "Berlin" } } },
});
const asn = fileOf({
  "203.0.113.0/24": { autonomous_system_number: 64500, autonomous_system_organization: "Example Telecom" },
});
const anonymous = fileOf({
  "192.0.2.0/26": { is_anonymous: true, is_hosting_provider: true },
  "192.0.2.64/26": { is_anonymous: true, is_anonymous_vpn: true, is_hosting_provider: true },
  "192.0.2.128/26": { is_anonymous: true, is_tor_exit_node: true, is_anonymous_vpn: true },
});

describe("placeOf", () => {
  test("knows country, region, city, time zone and network of a truncated address from several files", () => {
    expect(placeOf({ ip: "203.0.113.0" }, placeFiles([city, asn]))).toEqual({
      ...{ country: "FR", eu: "yes", region: "Ile-de-France", city: "Paris", timeZone: "Europe/Paris" },
      ...{ network: "(not set)", org: "Example Telecom", asn: "AS64500" },
    });
    expect(placeOf({ ip: "2001:db8:5::" }, placeFiles([city]))).toMatchObject({ country: "DE", city: "Berlin" });
    expect(placeOf({ ip: "2001:db8:6::" }, placeFiles([city]))).toEqual(unknownPlace);
  });

  test("believes region and city of a trusted proxy, and of no file what lies elsewhere", () => {
    const files = placeFiles([city, asn]);
    const ip = "203.0.113.0";
    expect(placeOf({ ip, country: "FR", region: "Brittany", city: "Brest" }, files)).toMatchObject({
      ...{ country: "FR", region: "Brittany", city: "Brest", org: "Example Telecom" },
    });
    expect(placeOf({ ip, city: "Brest" }, files)).toMatchObject({ country: "FR", region: "(not set)", city: "Brest" });
    expect(placeOf({ ip, region: "Brittany" }, files)).toMatchObject({ region: "Brittany", city: "(not set)" });
  });

  test("believes the first file that knows a thing", () => {
    const other = fileOf({ "203.0.113.0/24": { country_code: "BE", city: "Namur", state1: "Wallonia" } });
    expect(placeOf({ ip: "203.0.113.0" }, placeFiles([asn, other, city]))).toMatchObject({
      ...{ country: "BE", region: "Wallonia", city: "Namur", org: "Example Telecom" },
    });
  });

  test("mixes no two places of several files into one", () => {
    const ip = "203.0.113.0";
    const countries = fileOf({ "203.0.113.0/24": { country_code: "BE" } });
    expect(placeOf({ ip }, placeFiles([countries, city, asn]))).toMatchObject({
      ...{ country: "BE", region: "(not set)", city: "(not set)", timeZone: "Europe/Brussels", asn: "AS64500" },
    });
    const [rough, exact] = [{ region: "Brittany" }, { country: "FR", region: "Normandy", city: "Rouen" }].map(
      (record) => fileOf({ "203.0.113.0/24": { country_code: "FR", ...record } }),
    ) as [string, string];
    expect(placeOf({ ip }, placeFiles([rough, exact, city]))).toMatchObject({
      ...{ country: "FR", region: "Brittany", city: "(not set)", timeZone: "Europe/Paris" },
    });
    expect(placeOf({ ip }, placeFiles([countries, exact]))).toMatchObject({ country: "BE", region: "(not set)" });
  });

  test.each([
    [
      { country: "US", region: "Utah", city: "Provo", timezone: "America/Denver" },
      { region: "Utah", city: "Provo" },
    ],
    [
      { asn: "AS64501", as_name: "Example Cloud", country_code: "US" },
      { org: "Example Cloud", asn: "AS64501" },
    ],
    [{ hosting: "true", country: "US" }, { network: "hosting" }],
    [{ vpn: true, hosting: true }, { network: "vpn" }],
    [{ tor: "true", vpn: "true" }, { network: "tor" }],
    [{ type: "education" }, { network: "education" }],
    [{ traits: { user_type: "government" } }, { network: "government" }],
    [{ type: "isp" }, { network: "(not set)" }],
    ["no record that anybody knows", { country: "(not set)", city: "(not set)" }],
  ])("reads %j", (record, expected) => {
    expect(placeOf({ ip: "203.0.113.0" }, placeFiles([fileOf({ "203.0.113.0/24": record })]))).toMatchObject(expected);
  });

  test("tells networks of servers from those that hide people behind them", () => {
    const file = fileOf({ "192.0.2.0/24": { is_hosting_provider: true } });
    expect(placeOf({ ip: "192.0.2.0" }, placeFiles([file])).network).toBe("hosting");
    const look = placeFiles([anonymous]);
    const networks = ["192.0.2.0", "192.0.2.64", "192.0.2.128", "192.0.2.192"].map(
      (ip) => placeOf({ ip }, look).network,
    );
    expect(networks).toEqual(["hosting", "vpn", "tor", "(not set)"]);
  });

  test("takes the country of a trusted proxy first, and then no city of another", () => {
    const look = placeFiles([city]);
    expect(placeOf({ ip: "203.0.113.0", country: "fr" }, look)).toMatchObject({ country: "FR", city: "Paris" });
    expect(placeOf({ ip: "203.0.113.0", country: "GB" }, look)).toMatchObject({
      ...{ country: "GB", eu: "no", region: "(not set)", city: "(not set)", timeZone: "Europe/London" },
    });
  });

  test("tells the time zone of countries that have one only", () => {
    const zoneOf = (country: string): string => placeOf({ country }, placeFiles([])).timeZone;
    expect(zoneOf("SE")).toBe("Europe/Stockholm");
    expect(zoneOf("US")).toBe("(not set)");
  });

  test.each(["XX", "T1", "FRANCE", "", undefined])("takes the country %j for unknown", (country) => {
    expect(placeOf({ ...(country !== undefined && { country }) }, placeFiles([]))).toEqual(unknownPlace);
  });
});

describe("placeFiles", () => {
  test("refuses what is no database, naming it", () => {
    const file = join(folder, "text.mmdb");
    writeFileSync(file, "not a database");
    for (const wrong of [file, join(folder, "missing.mmdb")]) {
      expect(() => placeFiles([wrong])).toThrow(expect.objectContaining({ code: "options_invalid" }));
      expect(() => placeFiles([wrong])).toThrow(wrong);
    }
  });
});
