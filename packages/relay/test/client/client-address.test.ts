import { parseAddress } from "@isotherm/protocol/seal";
import { describe, expect, test } from "vitest";
import { inRange, parseRange } from "../../src/client/address-range.js";
import { clientAddress } from "../../src/client/client-address.js";
import { isPrivate } from "../../src/client/private-address.js";

const ranges = (...texts: string[]) => texts.flatMap((text) => parseRange(text) ?? []);
const bytes = (text: string): readonly number[] => parseAddress(text) ?? [];

describe("client address", () => {
  test.each([
    ["believes nobody by default", "10.0.0.1", "203.0.113.7", [], "10.0.0.1"],
    ["believes a trusted proxy", "10.0.0.1", "203.0.113.7", ["10.0.0.0/8"], "203.0.113.7"],
    ["believes no proxy that is not in the list", "192.0.2.1", "203.0.113.7", ["10.0.0.0/8"], "192.0.2.1"],
    ["ignores what the client wrote itself", "10.0.0.1", "1.1.1.1, 203.0.113.7", ["10.0.0.0/8"], "203.0.113.7"],
    ["walks over a chain of trusted proxies", "10.0.0.1", "203.0.113.7, 10.0.0.2", ["10.0.0.0/8"], "203.0.113.7"],
    ["stops at an entry that is no address", "10.0.0.1", "203.0.113.7, unknown", ["10.0.0.0/8"], "10.0.0.1"],
    ["reads an IPv4 peer on an IPv6 socket", "::ffff:10.0.0.1", "203.0.113.7", ["10.0.0.0/8"], "203.0.113.7"],
    ["leaves ports aside", "10.0.0.1", "203.0.113.7:5123", ["10.0.0.1"], "203.0.113.7"],
    ["reads IPv6 in brackets", "10.0.0.1", "[2001:db8::1]:443", ["10.0.0.1"], "2001:db8:0:0:0:0:0:1"],
    ["takes the proxy where it names nobody", "10.0.0.1", undefined, ["10.0.0.1"], "10.0.0.1"],
  ])("%s", (_name, peer, forwarded, trusted, expected) => {
    expect(clientAddress(peer, forwarded, ranges(...trusted)).address).toBe(expected);
  });

  test.each([
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["192.0.2.128/25", "192.0.2.129", true],
    ["192.0.2.128/25", "192.0.2.127", false],
    ["0.0.0.0/0", "203.0.113.1", true],
    ["0.0.0.0/0", "2001:db8::1", false],
    ["2001:db8::/33", "2001:db8:7fff::1", true],
    ["2001:db8::/33", "2001:db8:8000::1", false],
    ["::ffff:10.0.0.1", "10.0.0.1", true],
  ])("range %s and %s: %s", (range, address, expected) => {
    const [parsed] = ranges(range);
    expect(parsed !== undefined && inRange(bytes(address), parsed)).toBe(expected);
  });

  test.each(["10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/8/8", "10.0.0.0/x", "", "localhost"])(
    "no range: %s",
    (text) => {
      expect(parseRange(text)).toBeUndefined();
    },
  );

  test.each([
    ["127.0.0.1", true],
    ["172.31.255.255", true],
    ["172.32.0.0", false],
    ["100.64.0.1", true],
    ["fd12::1", true],
    ["fe80::1", true],
    ["2001:db8::1", false],
    ["203.0.113.7", false],
  ])("%s is private: %s", (text, expected) => {
    expect(isPrivate(bytes(text))).toBe(expected);
  });
});
