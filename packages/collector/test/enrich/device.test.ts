import { readFileSync } from "node:fs";
import type { ClientHints } from "@isotherm/protocol";
import { describe, expect, test } from "vitest";
import { botClass } from "../../src/enrich/bot.js";
import { deviceOf, unknownDevice } from "../../src/enrich/device.js";
import { notSet } from "../../src/enrich/not-set.js";

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

const people = readFileSync(new URL("./agents.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split(" | ").map((value) => (value === "-" ? notSet : value)))
  .map(([device = "", vendor = "", model = "", browser = "", system = "", agent = ""]) => ({
    agent,
    expected: { device, vendor, model, browser, system },
  }));

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

const machines: readonly (readonly [agent: string, kind: string])[] = [
  ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "crawler"],
  ["Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "crawler"],
  ["Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", "crawler"],
  ["curl/8.5.0", "crawler"],
  ["python-requests/2.32", "crawler"],
  [
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "assistant",
  ],
  ["Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)", "assistant"],
  ["Mozilla/5.0 (compatible; PerplexityBot/1.0)", "assistant"],
  ["Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)", "monitoring"],
  [
    `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/150.0.0.0 Safari/537.36`,
    "headless",
  ],
];

describe("botClass", () => {
  test.each(machines)("keeps %s apart as %s", (agent, kind) => {
    expect(botClass(agent, false)).toBe(kind);
  });

  test.each(people)("takes $agent for a person", ({ agent }) => {
    expect(botClass(agent, false)).toBeNull();
  });

  test("believes a browser that says it is driven", () => {
    expect(botClass(windows, true)).toBe("headless");
  });
});
