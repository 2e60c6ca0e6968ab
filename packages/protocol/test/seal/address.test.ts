import { isIP } from "node:net";
import { truncateAddress } from "@isotherm/protocol/seal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalAddress, parseAddress } from "../../src/seal/address.js";

describe("truncateAddress", () => {
  test.each([
    ["203.0.113.77", "203.0.113.0"],
    ["0.0.0.0", "0.0.0.0"],
    ["2001:db8:1234:5678:9abc:def0:1234:5678", "2001:db8:1234::"],
    ["2001:DB8::1", "2001:db8::"],
    ["2001:db8:0:1::1", "2001:db8::"],
    ["fe80::1%eth0", "fe80::"],
    ["[2001:db8:1::5]", "2001:db8:1::"],
    ["::1", "::"],
    ["::ffff:203.0.113.77", "203.0.113.0"],
    ["::FFFF:cb00:714d", "203.0.113.0"],
    ["0:0:0:0:0:ffff:cb00:714d", "203.0.113.0"],
    ["64:ff9b::203.0.113.77", "64:ff9b::"],
    [" 203.0.113.77 ", "203.0.113.0"],
  ])("keeps the network of %s: %s", (address, network) => {
    expect(truncateAddress(address)).toBe(network);
  });

  test.each([
    "",
    "unknown",
    "203.0.113",
    "203.0.113.256",
    "203.0.113.07",
    "203.0.113.77:443",
    "1::2::3",
    ":::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "12345::",
    "1.2.3.4::",
    "::1.2.3.4:5",
    "g::",
    ":1",
  ])("knows nothing of %j", (address) => {
    expect(truncateAddress(address)).toBeUndefined();
  });

  test("agrees with Node on what is an address, and gives an address of the same kind", () => {
    const near = fc.string({
      unit: fc.constantFrom("0", "1", "f", "25", "2001", ":", "::", ".", "ffff"),
      maxLength: 16,
    });
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), near), (address) => {
        const version = isIP(address);
        const network = truncateAddress(address);
        expect(network === undefined).toBe(version === 0);
        if (network !== undefined) expect([4, version]).toContain(isIP(network));
      }),
      { numRuns: 2_000 },
    );
  });

  test("keeps 24 or 48 bits and not one more", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.array(byte, { minLength: 4, maxLength: 4 }), byte, (bytes, last) => {
        expect(truncateAddress(bytes.join("."))).toBe(truncateAddress([...bytes.slice(0, 3), last].join(".")));
      }),
    );
    const group = fc.integer({ min: 1, max: 0xffff }).map((n) => n.toString(16));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        expect(truncateAddress(groups.join(":"))).toBe(`${groups.slice(0, 3).join(":")}::`);
      }),
    );
  });
});

describe("canonicalAddress", () => {
  test("is one for every spelling of an address", () => {
    const spellings = ["2001:db8::1", "2001:0DB8:0:0:0:0:0:1", "[2001:db8::1]", "2001:db8::0.0.0.1", "2001:db8::1%en0"];
    expect(new Set(spellings.map(canonicalAddress))).toEqual(new Set(["2001:db8:0:0:0:0:0:1"]));
    expect(canonicalAddress("::ffff:203.0.113.7")).toBe("203.0.113.7");
    expect(canonicalAddress(" unix ")).toBe("unix");
  });

  test("loses no bit", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        expect(parseAddress(canonicalAddress(address))).toEqual(parseAddress(address));
      }),
    );
  });
});
