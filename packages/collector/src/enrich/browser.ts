import type { ClientHints } from "@isotherm/protocol";
import type { Device } from "./device.js";
import { notSet } from "./not-set.js";

/** Browsers that the parser tells apart and people do not, and names that have changed. */
const names: { readonly [name: string]: string } = {
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
  IEMobile: "Internet Explorer",
  IE: "Internet Explorer",
  GSA: "Google app",
  PaleMoon: "Pale Moon",
  UCBrowser: "UC Browser",
  Twitter: "X",
};

/** Browsers and apps that the parser takes for what they are built on. */
const hidden: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/ Brave(?:\/(\d+))?$/, "Brave"],
  [/ Ddg\/(\d+)/, "DuckDuckGo"],
  [/ OPT\/(\d+)/, "Opera"],
  [/ Barcelona (\d+)/, "Threads"],
  [/\[Pinterest\/(?:iOS|Android)\]/, "Pinterest"],
  [/\bTeams\/(\d+)/, "Microsoft Teams"],
];

/** Browsers that hide behind Chrome's user agent and name themselves in their brands only. */
const brands: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/"Brave";v="(\d+)/, "Brave"],
  [/"DuckDuckGo";v="(\d+)/, "DuckDuckGo"],
  [/"Microsoft Edge";v="(\d+)/, "Edge"],
  [/"Opera(?: GX)?";v="(\d+)/, "Opera"],
  [/"Vivaldi";v="(\d+)/, "Vivaldi"],
  [/"Yandex";v="(\d+)/, "Yandex"],
];

/** The browser, by the brands that it sends before its user agent, in which many keep the name of another. */
export function browserOf(
  parsed: { readonly name: string | undefined; readonly version: string | undefined },
  userAgent: string,
  hints: ClientHints | undefined,
): Pick<Device, "browser" | "browserVersion"> {
  const found = match(brands, hints?.brands ?? "") ?? match(hidden, userAgent);
  const browser = found?.name ?? names[parsed.name ?? ""] ?? parsed.name ?? notSet;
  const version = found ? found.version : parsed.version?.match(/^\d+/)?.[0];
  return { browser, browserVersion: version === undefined ? notSet : `${browser} ${version}` };
}

function match(
  patterns: readonly (readonly [pattern: RegExp, name: string])[],
  text: string,
): { readonly name: string; readonly version: string | undefined } | undefined {
  if (text === "") return undefined;
  for (const [pattern, name] of patterns) {
    const found = pattern.exec(text);
    if (found) return { name, version: found[1] };
  }
  return undefined;
}
