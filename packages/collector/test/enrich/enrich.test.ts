import { edgeOf, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { acquisitionOf } from "../../src/enrich/acquisition.js";
import { deviceOf } from "../../src/enrich/device.js";
import { enricher } from "../../src/enrich/enrich.js";
import { notSet } from "../../src/enrich/not-set.js";

const own = new Set(["shop.example"]);

describe("an enricher", () => {
  test("fills in everything that a visit is grouped by", () => {
    const batch = sealedBatchOf({ edge: edgeOf({ country: "fr" }) });
    expect(enricher()(batch, own)).toEqual({
      page: "/pricing",
      bot: null,
      failed: [],
      profile: {
        ...{ source: "search.example", medium: notSet, campaign: notSet, term: notSet, content: notSet },
        ...{ channel: "Referral", referrer: "search.example", device: "desktop", browser: "Chrome", system: "Linux" },
        ...{ browserVersion: "Chrome 150", systemVersion: notSet, vendor: notSet, model: notSet },
        ...{ country: "FR", eu: "yes", region: notSet, city: notSet, timeZone: "Europe/Paris" },
        ...{ network: notSet, org: notSet, asn: notSet, language: "en-GB" },
      },
    });
  });

  test("keeps apart whom a made-up referrer, or a brand without a head, gives away", () => {
    const botOf = (referrer: string, brands = "") =>
      enricher()(sealedBatchOf({ page: pageOf({ referrer }), edge: edgeOf({ ch: { brands } }) }), own).bot;
    expect(botOf("https://best.semalt.com/try")).toBe("spam");
    expect(botOf("https://friend.example/semalt.com")).toBeNull();
    expect(botOf("", '"HeadlessChrome";v="150"')).toBe("headless");
  });

  test("keeps apart whom a network of servers gives away, and nobody behind a VPN", () => {
    const botAt = (record: object) => enricher({ look: () => [record] })(sealedBatchOf(), own).bot;
    expect(botAt({ is_hosting_provider: true })).toBe("hosting");
    expect(botAt({ is_hosting_provider: true, is_anonymous_vpn: true })).toBeNull();
    expect(botAt({ is_hosting_provider: false })).toBeNull();
  });

  test("marks a part that fails as unknown, names it, and goes on", () => {
    const fail = (): never => {
      throw new Error("broken");
    };
    const whole = enricher({ deviceOf: fail, botClass: fail, acquisitionOf: fail, look: fail });
    expect(whole(sealedBatchOf({ page: pageOf({ url: "no address" }) }), own)).toMatchObject({
      page: notSet,
      bot: null,
      failed: ["device", "acquisition", "place", "bot", "page"],
      profile: { device: notSet, browser: notSet, source: notSet, channel: "Unassigned", language: "en-GB" },
    });
  });

  test("reads an address and where it was come from once, and again for a site with other hosts", () => {
    let calls = 0;
    const counting = enricher({
      acquisitionOf: (...args) => {
        calls++;
        return acquisitionOf(...args);
      },
    });
    const sourceAt = (hosts: ReadonlySet<string>, referrer: string): string =>
      counting(sealedBatchOf({ page: pageOf({ url: "https://shop.example/", referrer }) }), hosts).profile.source;
    for (let times = 0; times < 3; times++) expect(sourceAt(own, "https://blog.example/")).toBe("blog.example");
    expect(calls).toBe(1);
    expect(sourceAt(new Set(["shop.example", "blog.example"]), "https://blog.example/")).toBe("Direct");
    expect(sourceAt(own, "https://other.example/")).toBe("other.example");
    expect(calls).toBe(3);
  });

  test("reads one user agent once, and tells a tablet from a computer of the same name", () => {
    let reads = 0;
    const enrich = enricher({
      deviceOf: (...args) => {
        reads++;
        return deviceOf(...args);
      },
    });
    const ua =
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15";
    const devices = [false, true, false, true].map(
      (touch) => enrich(sealedBatchOf({ page: pageOf({ touch }), edge: edgeOf({ ua }) }), own).profile.device,
    );
    expect(devices).toEqual(["desktop", "tablet", "desktop", "tablet"]);
    expect(reads).toBe(2);
  });
});
