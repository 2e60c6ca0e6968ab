import { parseAddress } from "@isotherm/protocol/seal";
import { describe, expect, test } from "vitest";
import { inRange, parseRange } from "../../src/client/address-range.js";
import { clientAddress } from "../../src/client/client-address.js";
import { isPrivate } from "../../src/client/private-address.js";
import { trustOf } from "../../src/client/trust.js";

const ranges = (...texts: string[]) => texts.flatMap((text) => parseRange(text) ?? []);
const from = (peer: string, headers: { readonly [name: string]: string | undefined }) => ({
  peer,
  header: (name: string) => headers[name],
});
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
    expect(clientAddress(from(peer, { "x-forwarded-for": forwarded }), trustOf({ trustProxy: trusted })).address).toBe(
      expected,
    );
  });

  const proof = { header: "X-From-Us", secret: "0123456789abcdef" };
  const shown = { "x-from-us": proof.secret };

  test.each([
    ["believes who shows the secret", shown, "203.0.113.7", true],
    ["believes the nearest hop alone", { ...shown, "x-forwarded-for": "1.1.1.1, 203.0.113.7" }, "203.0.113.7", true],
    [
      "walks on where that hop is trusted",
      { ...shown, "x-forwarded-for": "203.0.113.9, 10.0.0.1" },
      "203.0.113.9",
      true,
    ],
    ["believes nobody who shows another", { "x-from-us": "0123456789abcdeX" }, "192.0.2.1", false],
    ["believes nobody who shows the beginning", { "x-from-us": "0123456789abcde" }, "192.0.2.1", false],
    ["believes nobody who shows more", { "x-from-us": `${proof.secret}0` }, "192.0.2.1", false],
    ["believes nobody who shows nothing", {}, "192.0.2.1", false],
  ])("with a proof %s", (_name, headers, expected, proxied) => {
    const incoming = from("192.0.2.1", { "x-forwarded-for": "203.0.113.7", ...headers });
    const trust = trustOf({ trustProxy: ["10.0.0.0/8"], proxyProof: proof });
    expect(clientAddress(incoming, trust)).toMatchObject({ address: expected, proxied });
  });

  test("with a proof reads the header that the proxy writes", () => {
    const trust = trustOf({ proxyProof: { ...proof, addressHeader: "x-visitor" } });
    const headers = { ...shown, "x-forwarded-for": "1.1.1.1", "x-visitor": "203.0.113.8" };
    expect(clientAddress(from("192.0.2.1", headers), trust).address).toBe("203.0.113.8");
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
