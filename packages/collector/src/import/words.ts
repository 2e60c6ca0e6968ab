import { pagePath } from "@isotherm/protocol";
import { sourceOfHost, sourceOfName } from "../enrich/find-source.js";
import { notSet } from "../enrich/not-set.js";

/** What other tools write where there is nothing. */
const nothing: ReadonlySet<string> = new Set(["", "(not set)", "(none)", "(other)", "(data not available)"]);

/** A text as it is, or what stands here where there is none. */
export const orNotSet = (text: string): string => (nothing.has(text) ? notSet : text);

/** A source in our words: `google`, `google.com` and `Google` are one. */
export function sourceWord(text: string): string {
  if (text === "" || /^\(?direct\)?(?: \/ none)?$/i.test(text)) return "Direct";
  return (sourceOfName(text) ?? sourceOfHost(text.toLowerCase()))?.name ?? orNotSet(text);
}

/** A page as it is counted here, without its query. */
export const pageWord = (path: string): string =>
  nothing.has(path) ? notSet : (pagePath(new URL(path, "https://unknown.invalid").href) ?? notSet);

const devices: { readonly [word: string]: string } = {
  desktop: "desktop",
  laptop: "desktop",
  "ultra-wide": "desktop",
  mobile: "mobile",
  phone: "mobile",
  tablet: "tablet",
  "": notSet,
};

export const deviceWord = (text: string): string => devices[text.toLowerCase()] ?? "other";

const browsers: { readonly [word: string]: string } = {
  "Microsoft Edge": "Edge",
  "Mobile App": "Google app",
  "Samsung Browser": "Samsung Internet",
  "Safari (in-app)": "Safari",
  "Android Webview": "Chrome",
  "Chrome Webview": "Chrome",
};

export const browserWord = (text: string): string => browsers[text] ?? orNotSet(text);

const systems: { readonly [word: string]: string } = {
  Mac: "macOS",
  Macintosh: "macOS",
  "GNU/Linux": "Linux",
  Ubuntu: "Linux",
  "Chrome OS": "ChromeOS",
};

export const systemWord = (text: string): string => systems[text] ?? orNotSet(text);

/** ISO 3166-1 alpha-2. */
export const countryWord = (code: string): string => (/^[a-z]{2}$/i.test(code) ? code.toUpperCase() : notSet);

let codes: ReadonlyMap<string, string> | null = null;

/** The code of a country by its English name, as far as the names are those of Unicode's CLDR. */
export function countryOfName(name: string): string {
  codes ??= new Map(
    [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].flatMap((a) =>
      [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].flatMap((b): [string, string][] => {
        // Of two codes with one name, as FR and FX, one is out of use.
        if (new Intl.Locale(`und-${a}${b}`).region !== `${a}${b}`) return [];
        const known = new Intl.DisplayNames("en", { type: "region", fallback: "none" }).of(`${a}${b}`);
        return known === undefined ? [] : [[known.toLowerCase(), `${a}${b}`]];
      }),
    ),
  );
  return codes.get(name.toLowerCase()) ?? notSet;
}
