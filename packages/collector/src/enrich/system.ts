import type { ClientHints } from "@isotherm/protocol";
import type { Device } from "./device.js";
import { notSet } from "./not-set.js";

const names: { readonly [name: string]: string } = {
  "Mac OS": "macOS",
  "Mac OS X": "macOS",
  "Chromium OS": "ChromeOS",
  "Chrome OS": "ChromeOS",
  Ubuntu: "Linux",
  Debian: "Linux",
  Fedora: "Linux",
  Mint: "Linux",
  GNU: "Linux",
  KAIOS: "KaiOS",
  "Windows Phone OS": "Windows Phone",
};

/** What WebKit writes since Safari 26, whatever the system: https://webkit.org/blog/17333/webkit-features-in-safari-26-0/ */
const frozen = /^18\.[67]/;

/** What the parser read of a system and its device. */
interface Parsed {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly model: string | undefined;
}

/** The system, with no version where the browser keeps writing the same one. */
export function systemOf(
  { name, version, model }: Parsed,
  userAgent: string,
  hints: ClientHints | undefined,
): Pick<Device, "system" | "systemVersion"> {
  const known = names[name ?? ""] ?? name ?? platformOf(hints);
  if (known === undefined) return { system: notSet, systemVersion: notSet };
  const told = versionOf(known, version, model, userAgent);
  const pad = model === "iPad" && (known === "macOS" || (known === "iOS" && Number.parseInt(told ?? "", 10) >= 13));
  const system = pad ? "iPadOS" : known;
  return { system, systemVersion: told === undefined ? notSet : `${system} ${told}` };
}

function versionOf(
  system: string,
  version: string | undefined,
  model: string | undefined,
  userAgent: string,
): string | undefined {
  // Safari is part of its system and has its version.
  if (system === "macOS" && model === "iPad") return /\bVersion\/(\d+\.\d+)\S* Safari\//.exec(userAgent)?.[1];
  if (system === "iOS" && frozen.test(version ?? "") && !/\b(?:CriOS|EdgiOS|GSA)\//.test(userAgent)) {
    const safari = /\bVersion\/(\d+\.\d+)/.exec(userAgent)?.[1];
    return safari === undefined ? "18.6 or later" : Number.parseInt(safari, 10) < 26 ? version?.slice(0, 4) : safari;
  }
  const plain = version?.match(/^[\w-]+(?:\.\d+)?/)?.[0];
  // Nobody tells Windows 11 from 10, nor macOS from 10.15 on: https://www.chromium.org/updates/ua-reduction/ and
  // https://bugzilla.mozilla.org/show_bug.cgi?id=1679929
  if (system === "Windows" && plain === "10") return "10 or 11";
  if (system === "macOS" && plain === "10.15") return "10.15 or later";
  if (system === "ChromeOS" || (system === "Android" && model === "K")) return undefined;
  return plain;
}

function platformOf(hints: ClientHints | undefined): string | undefined {
  const name = hints?.platform?.replaceAll('"', "").trim();
  return name ? (names[name] ?? name) : undefined;
}
