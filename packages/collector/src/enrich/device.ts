import type { ClientHints } from "@isotherm/protocol";
import { UAParser } from "ua-parser-js";
import { browserOf } from "./browser.js";
import { notSet } from "./not-set.js";
import { systemOf } from "./system.js";

/** What a visit was made with. */
export interface Device {
  readonly device: "desktop" | "mobile" | "tablet" | "other" | typeof notSet;
  readonly vendor: string;
  readonly model: string;
  readonly browser: string;
  /** With its name and major version, as `Firefox 140`. */
  readonly browserVersion: string;
  readonly system: string;
  /** With its name, and major and minor version where there is one, as `iOS 18.5`. */
  readonly systemVersion: string;
}

/** What stands where nothing could be read. */
export const unknownDevice: Device = {
  device: notSet,
  vendor: notSet,
  model: notSet,
  browser: notSet,
  browserVersion: notSet,
  system: notSet,
  systemVersion: notSet,
};

/** What the parser calls makers by the name of a product or of their past. */
const vendors: { readonly [name: string]: string } = { Facebook: "Meta", Kindle: "Amazon" };

/** Reads browser, system and device off a user agent and the hints that came with it. */
export function deviceOf(userAgent: string, hints: ClientHints | undefined, touch: boolean): Device {
  const { browser, os, device } = new UAParser(userAgent).getResult();
  // Since iPadOS 13 an iPad says that it is a Macintosh, and no Macintosh has a touch screen; Chromium, which sends hints,
  // says so on a Macintosh too when its developer tools play a phone: https://webkit.org/blog/9674/new-webkit-features-in-safari-13/
  const tablet = os.name === "Mac OS" && touch && hints === undefined;
  const { vendor, model } = tablet ? { vendor: "Apple", model: "iPad" } : device;
  // Chrome writes K where it no longer tells the model: https://www.chromium.org/updates/ua-reduction/
  const told = model === "K" ? undefined : model;
  return {
    device: tablet ? "tablet" : kindOf(device.type, userAgent, hints),
    vendor: vendors[vendor ?? ""] ?? vendor ?? (told?.startsWith("Pixel") ? "Google" : notSet),
    model: told ?? notSet,
    ...browserOf(browser, userAgent, hints),
    ...systemOf({ name: os.name, version: os.version, model }, userAgent, hints),
  };
}

function kindOf(type: string | undefined, userAgent: string, hints: ClientHints | undefined): Device["device"] {
  // Browsers on phones that write something between `Mobile` and `Safari` are taken for tablets.
  if (type === "tablet" && /\bAndroid\b.*\bMobile\b/.test(userAgent)) return "mobile";
  if (type === "mobile" || type === "tablet") return type;
  if (type !== undefined) return "other";
  if (hints?.mobile === true || /\bOpera (?:Mini|Mobi)\b/.test(userAgent)) return "mobile";
  return userAgent === "" && hints === undefined ? notSet : "desktop";
}
