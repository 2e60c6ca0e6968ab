import type { ClientHints } from "@isotherm/protocol";
import { describe, expect, test } from "vitest";
import { botClass } from "../../src/enrich/bot.js";
import { deviceOf } from "../../src/enrich/device.js";
import { notSet } from "../../src/enrich/not-set.js";

const chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0";
const windows = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36`;
const mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const safari = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0";

interface Hinted {
  readonly hints?: ClientHints;
  readonly touch?: boolean;
}

const people: readonly (readonly [
  name: string,
  agent: string,
  device: string,
  browser: string,
  system: string,
  more?: Hinted,
])[] = [
  ["Chrome on Windows", windows, "desktop", "Chrome", "Windows"],
  ["Edge", `${windows} Edg/150.0.0.0`, "desktop", "Edge", "Windows"],
  ["Opera", `${windows} OPR/120.0.0.0`, "desktop", "Opera", "Windows"],
  ["Vivaldi", `${windows} Vivaldi/7.0`, "desktop", "Vivaldi", "Windows"],
  ["Brave", windows, "desktop", "Brave", "Windows", { hints: { brands: '"Brave";v="150", "Chromium";v="150"' } }],
  [
    "Firefox on Linux",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "desktop",
    "Firefox",
    "Linux",
  ],
  [
    "Firefox on Ubuntu",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "desktop",
    "Firefox",
    "Linux",
  ],
  ["Safari on a Mac", `${mac} ${safari} Safari/605.1.15`, "desktop", "Safari", "macOS"],
  ["Safari on an iPad", `${mac} ${safari} Safari/605.1.15`, "tablet", "Safari", "macOS", { touch: true }],
  ["Chrome on a Mac", `${mac} ${chrome} Safari/537.36`, "desktop", "Chrome", "macOS"],
  [
    "Safari on an iPhone",
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${safari} Mobile/15E148 Safari/604.1`,
    "mobile",
    "Safari",
    "iOS",
  ],
  [
    "an old iPad",
    `Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) ${safari} Mobile/15E148 Safari/604.1`,
    "tablet",
    "Safari",
    "iOS",
  ],
  [
    "Chrome on an iPhone",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/150.0.0.0 Mobile/15E148 Safari/604.1",
    "mobile",
    "Chrome",
    "iOS",
  ],
  [
    "Firefox on an iPhone",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/140.0 Mobile/15E148 Safari/605.1.15",
    "mobile",
    "Firefox",
    "iOS",
  ],
  [
    "Chrome on Android",
    `Mozilla/5.0 (Linux; Android 10; K) ${chrome} Mobile Safari/537.36`,
    "mobile",
    "Chrome",
    "Android",
  ],
  [
    "an Android tablet",
    `Mozilla/5.0 (Linux; Android 14; SM-X710) ${chrome} Safari/537.36`,
    "tablet",
    "Chrome",
    "Android",
  ],
  [
    "Samsung Internet",
    `Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36`,
    "mobile",
    "Samsung Internet",
    "Android",
  ],
  [
    "Firefox on Android",
    "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
    "mobile",
    "Firefox",
    "Android",
  ],
  ["a Chromebook", `Mozilla/5.0 (X11; CrOS x86_64 16181.0.0) ${chrome} Safari/537.36`, "desktop", "Chrome", "ChromeOS"],
  [
    "a television",
    "Mozilla/5.0 (Linux; Android 9; BRAVIA 4K UR2) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 SmartTV",
    "other",
    "Chrome",
    "Android",
  ],
  [
    "Internet Explorer",
    "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
    "desktop",
    "Internet Explorer",
    "Windows",
  ],
  ["hints alone", "", "mobile", notSet, "Android", { hints: { platform: '"Android"', mobile: true } }],
  ["nothing at all", "", notSet, notSet, notSet],
];

describe("deviceOf", () => {
  test.each(
    people.map(([name, agent, device, browser, system, more = {}]) => ({
      name,
      agent,
      device,
      browser,
      system,
      ...more,
    })),
  )("knows $name", ({ agent, hints, touch = false, ...expected }) => {
    const { name, ...device } = expected;
    expect(deviceOf(agent, hints, touch), name).toEqual(device);
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

  test.each(people.map(([name, agent]) => [name, agent] as const))("takes %s for a person", (_name, agent) => {
    expect(botClass(agent, false)).toBeNull();
  });

  test("believes a browser that says it is driven", () => {
    expect(botClass(windows, true)).toBe("headless");
  });
});
