import type { ClientHints } from "@isotherm/protocol";
import { UAParser } from "ua-parser-js";
import { notSet } from "./not-set.js";

/** What a visit was made with. */
export interface Device {
  readonly device: "desktop" | "mobile" | "tablet" | "other" | typeof notSet;
  readonly browser: string;
  readonly system: string;
}

const browsers: { readonly [name: string]: string } = {
  "Chrome WebView": "Chrome",
  "Chrome Headless": "Chrome",
  "Mobile Chrome": "Chrome",
  "Mobile Safari": "Safari",
  "Safari Mobile": "Safari",
  "Mobile Firefox": "Firefox",
  "Firefox Focus": "Firefox",
  "Edge WebView": "Edge",
  "Opera Mobi": "Opera",
  "Opera Touch": "Opera",
  "Opera GX": "Opera",
  "Samsung Browser": "Samsung Internet",
  "Android Browser": "Android Browser",
  IEMobile: "Internet Explorer",
  IE: "Internet Explorer",
  GSA: "Google app",
};

const systems: { readonly [name: string]: string } = {
  "Mac OS": "macOS",
  "Mac OS X": "macOS",
  "Chromium OS": "ChromeOS",
  "Chrome OS": "ChromeOS",
  "Windows Phone": "Windows Phone",
  Ubuntu: "Linux",
  Debian: "Linux",
  Fedora: "Linux",
  Mint: "Linux",
  GNU: "Linux",
};

/** Browsers that hide behind Chrome's user agent and name themselves in their brands only. */
const brands: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bbrave\b/i, "Brave"],
  [/\bduckduckgo\b/i, "DuckDuckGo"],
  [/\bmicrosoft edge\b/i, "Edge"],
  [/\bopera\b/i, "Opera"],
  [/\bvivaldi\b/i, "Vivaldi"],
  [/\byandex\b/i, "Yandex"],
];

/** Reads browser, system and kind of device off a user agent and the hints that came with it. */
export function deviceOf(userAgent: string, hints: ClientHints | undefined, touch: boolean): Device {
  const { browser, os, device } = new UAParser(userAgent).getResult();
  const system = systems[os.name ?? ""] ?? os.name ?? platform(hints) ?? notSet;
  const branded = brands.find(([pattern]) => pattern.test(hints?.brands ?? ""))?.[1];
  return {
    device: kindOf(device.type, userAgent, hints, system, touch),
    browser: branded ?? browsers[browser.name ?? ""] ?? browser.name ?? notSet,
    system,
  };
}

function kindOf(
  type: string | undefined,
  userAgent: string,
  hints: ClientHints | undefined,
  system: string,
  touch: boolean,
): Device["device"] {
  if (type === "mobile" || type === "tablet") return type;
  if (type !== undefined) return "other";
  if (hints?.mobile === true) return "mobile";
  // Since iPadOS 13 an iPad says that it is a Macintosh; no Macintosh has a touch screen.
  if (system === "macOS" && touch) return "tablet";
  return userAgent === "" && hints === undefined ? notSet : "desktop";
}

function platform(hints: ClientHints | undefined): string | undefined {
  const name = hints?.platform?.replaceAll('"', "").trim();
  return name ? (systems[name] ?? name) : undefined;
}
