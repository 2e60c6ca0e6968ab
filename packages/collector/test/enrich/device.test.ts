import type { ClientHints } from "@isotherm/protocol";
import { describe, expect, test } from "vitest";
import { deviceOf, unknownDevice } from "../../src/enrich/device.js";
import { notSet } from "../../src/enrich/not-set.js";
import { people } from "./people.js";

const chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0";
const windows = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36`;
const mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const safari = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0";

interface Hinted {
  readonly hints?: ClientHints;
  readonly touch?: boolean;
}

interface Told {
  readonly device: string;
  readonly vendor: string;
  readonly model: string;
  readonly browser: string;
  readonly system: string;
}

/** What a line says, where a browser or a system that has a version has it in its name. */
function told(userAgent: string, { hints, touch = false }: Hinted = {}): Told {
  const { device, vendor, model, browser, browserVersion, system, systemVersion } = deviceOf(userAgent, hints, touch);
  return {
    ...{ device, vendor, model },
    browser: browserVersion === notSet ? browser : browserVersion,
    system: systemVersion === notSet ? system : systemVersion,
  };
}

describe("deviceOf", () => {
  test("is held to 80 user agents or more, each one of a kind", () => {
    expect(new Set(people.map(({ agent }) => agent)).size).toBe(people.length);
    expect(people.length).toBeGreaterThanOrEqual(80);
  });

  test.each(people)("reads $agent", ({ agent, expected }) => {
    expect(told(agent)).toEqual(expected);
  });

  test("reads names apart from versions", () => {
    expect(deviceOf(`${windows} Edg/150.0.0.0`, undefined, false)).toEqual({
      ...{ device: "desktop", vendor: notSet, model: notSet, browser: "Edge", browserVersion: "Edge 150" },
      ...{ system: "Windows", systemVersion: "Windows 10 or 11" },
    });
  });

  test("knows an iPad that says it is a Macintosh by its touch screen, which only browsers without hints have", () => {
    const agent = `${mac} ${safari} Safari/605.1.15`;
    expect(told(agent, { touch: true })).toEqual({
      ...{ device: "tablet", vendor: "Apple", model: "iPad", browser: "Safari 18", system: "iPadOS 18.0" },
    });
    expect(told(agent)).toMatchObject({ device: "desktop", model: "Macintosh", system: "macOS 10.15 or later" });
    const hints = { platform: "macOS", mobile: false };
    expect(told(`${mac} ${chrome} Safari/537.36`, { touch: true, hints })).toMatchObject({ device: "desktop" });
  });

  test.each([
    ['"Chromium";v="150", "Brave";v="150", "Not=A?Brand";v="24"', "Brave 150"],
    ['"Microsoft Edge";v="151", "Chromium";v="151"', "Edge 151"],
    ['"Opera";v="120", "Chromium";v="136"', "Opera 120"],
    ['"Google Chrome";v="150", "Chromium";v="150"', "Chrome 150"],
  ])("takes the browser from the brands %s", (brands, browser) => {
    expect(told(windows, { hints: { brands } }).browser).toBe(browser);
  });

  test("takes hints alone, and knows nothing of nothing", () => {
    expect(told("", { hints: { platform: '"Android"', mobile: true } })).toEqual({
      ...{ device: "mobile", vendor: notSet, model: notSet, browser: notSet, system: "Android" },
    });
    expect(deviceOf("", undefined, false)).toEqual(unknownDevice);
  });
});
