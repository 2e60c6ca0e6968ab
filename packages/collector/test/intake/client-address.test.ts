import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressReader } from "../../src/intake/client-address.js";

const proxied = (trustProxy: readonly string[], peer: string, forwarded?: string): string =>
  addressReader(trustProxy).client(peer, forwarded === undefined ? {} : { "x-forwarded-for": forwarded });

describe("the client's address", () => {
  test.each([
    ["the socket's, when nobody is trusted", [], "203.0.113.1", "198.51.100.1", "203.0.113.1"],
    ["the header's, from a trusted proxy", ["10.0.0.0/8"], "10.1.2.3", "198.51.100.1", "198.51.100.1"],
    [
      "the nearest that no trusted proxy is",
      ["10.0.0.0/8"],
      "10.1.2.3",
      "1.1.1.1, 198.51.100.1, 10.9.9.9",
      "198.51.100.1",
    ],
    ["the last readable one", ["10.0.0.0/8"], "10.1.2.3", "198.51.100.1, unknown", "10.1.2.3"],
    ["the farthest, when all are trusted", ["10.0.0.0/8"], "10.1.2.3", "10.0.0.9", "10.0.0.9"],
    ["IPv4 that came through an IPv6 socket", ["10.0.0.0/8"], "::ffff:10.1.2.3", "::ffff:198.51.100.1", "198.51.100.1"],
    ["free of ports and brackets", ["::1"], "::1", "[2001:db8::1]:4711", "2001:db8::1"],
    ["free of ports", ["::1/128"], "::1", "198.51.100.1:4711", "198.51.100.1"],
    ["the socket's, without a header", ["10.1.2.3"], "10.1.2.3", undefined, "10.1.2.3"],
  ] as const)("is %s", (_what, trust, peer, forwarded, expected) => {
    expect(proxied(trust, peer, forwarded)).toBe(expected);
  });

  test("never comes from a header of somebody who is not trusted", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string())), (peer, hops) => {
        fc.pre(!peer.startsWith("10."));
        expect(proxied(["10.0.0.0/8"], peer, hops.join(", "))).toBe(peer);
      }),
    );
  });

  test.each(["proxy", "10.0.0.0/33", "::1/129", "10.0.0.0/x", ""])("refuses to trust %j", (entry) => {
    expect(() => addressReader([entry])).toThrow(expect.objectContaining({ code: "options_invalid" }));
  });
});
