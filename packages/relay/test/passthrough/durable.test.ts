import { describe, expect, test } from "vitest";
import { durablePath } from "../../src/passthrough/durable.js";

describe("a rule for durable requests", () => {
  test.each<[string, string, string | undefined]>([
    ["/e/", "POST /e/", "/e/"],
    ["/e", "POST /e/", "/e/"],
    ["/e/", "POST /e", "/e"],
    ["//e//", "POST /e/", "/e/"],
    ["/%65/?ip=1", "POST /e/", "/e/?ip=1"],
    ["/%e/", "POST /e/", undefined],
    ["/e/x", "POST /e/", undefined],
    ["/E/", "POST /e/", undefined],
    ["/batch", "POST /batch/*", "/batch"],
    ["//batch//x?a=//b", "POST /batch/*", "/batch/x?a=//b"],
    ["/batches", "POST /batch/*", undefined],
    ["/v1x", "POST /v1*", "/v1x"],
  ])("takes %s by %s for %s", (below, rule, path) => {
    expect(durablePath("POST", below, ["POST /other", rule])).toBe(path);
    expect(durablePath("GET", below, [rule])).toBeUndefined();
  });
});
