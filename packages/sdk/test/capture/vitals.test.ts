import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Metric } from "web-vitals";
import { vitals } from "../../src/index.js";
import { begin, restoreBrowser } from "../support/browser.js";
import { type FakeServer, fakeServer } from "../support/server.js";
import { captureConformance } from "./conformance.js";

// happy-dom measures nothing; e2e/captures sees the browser's own figures.
const reports: ((metric: Metric) => void)[] = [];
vi.mock("web-vitals", () => {
  const measure = (report: (metric: Metric) => void): void => {
    reports.push(report);
  };
  return { onCLS: measure, onFCP: measure, onINP: measure, onLCP: measure, onTTFB: measure };
});

const metric = (name: Metric["name"], value: number): Metric => ({ name, value, rating: "good" }) as Metric;
const tell = (...args: Parameters<typeof metric>): void => {
  for (const report of new Set(reports)) report(metric(...args));
};

afterEach(() => {
  reports.length = 0;
});

captureConformance("vitals", {
  create: () => vitals(),
  act: () => tell("LCP", 1_200),
  types: ["vital"],
  elements: false,
  foreign: true,
});

describe("vitals", () => {
  let server: FakeServer;

  beforeEach(() => {
    vi.useFakeTimers();
    server = fakeServer();
  });
  afterEach(restoreBrowser);

  test("measures five, and reports each with its rating", async () => {
    const isotherm = begin({ use: [vitals()] });
    expect(reports).toHaveLength(5);
    tell("CLS", 0.012345678);
    await isotherm.flush();
    expect(server.of("vital")).toEqual([
      { type: "vital", t: expect.any(Number), name: "CLS", value: 0.0123, rating: "good" },
    ]);
  });

  test("belong to the page view that was loaded, however late they come", async () => {
    const isotherm = begin({ use: [vitals()] });
    history.pushState(null, "", `/vitals-${Math.random()}`);
    tell("INP", 80);
    await isotherm.flush();
    const [batch] = server.accepted().filter(({ events }) => events.some(({ type }) => type === "vital"));
    expect(batch?.page.nav).toBe("load");
  });

  test("belong to the page view that came back, once it did", async () => {
    const isotherm = begin({ use: [vitals()] });
    const back = new Event("pageshow");
    Object.defineProperty(back, "persisted", { value: true });
    window.dispatchEvent(back);
    tell("LCP", 30);
    await isotherm.flush();
    const [batch] = server.accepted().filter(({ events }) => events.some(({ type }) => type === "vital"));
    expect(batch?.page.nav).toBe("restore");
  });
});
