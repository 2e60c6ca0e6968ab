import { describe, expect, test } from "vitest";
import { networkOf } from "../../src/auth/network.js";

describe("networkOf", () => {
  test("leaves an IPv4 address as it is", () => {
    expect(networkOf("203.0.113.7")).toBe("203.0.113.7");
  });

  test("gives all addresses of a /64, however they are written, one name", () => {
    const same = ["2001:db8::1", "2001:0DB8:0:0:ffff::", "2001:db8:0:0:1:2:3:4", "2001:db8::9%eth0"];
    expect(new Set(same.map(networkOf))).toEqual(new Set(["2001:db8:0:0::/64"]));
    expect(networkOf("2001:db8:0:1::1")).not.toBe(networkOf("2001:db8::1"));
    expect(networkOf("::1")).toBe("0:0:0:0::/64");
  });
});
