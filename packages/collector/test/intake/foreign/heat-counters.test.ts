import { describe, expect, test } from "vitest";
import { heatCounters } from "../../../src/intake/foreign/heat-counters.js";

describe("what heat-collector counts", () => {
  test("is added up for some sites, with the time of the request that was taken last", () => {
    const counters = heatCounters();
    counters.taken("shop", 10, 1);
    counters.taken("blog", 20, 0);
    counters.taken("news", 30, 0);
    counters.taken("shop", 40, 0);
    counters.refused("blog");
    expect(counters.sum(["shop", "blog"])).toEqual({
      ...{ ingestCount: 3, ingestErrorCount: 0, rejectedEventCount: 2, lastIngestMs: 40 },
    });
    expect(counters.sum(["blog"]).lastIngestMs).toBe(20);
    expect(counters.sum([]).lastIngestMs).toBeNull();
    expect(counters.read(null).lastIngestMs).toBe(40);
  });
});
