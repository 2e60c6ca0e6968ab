import type { Chance } from "./chance.js";

/** What somebody visits with. */
export interface Device {
  readonly ua: string;
  /** Viewport, one of the measured widths, and screen, in CSS pixels. */
  readonly vw: number;
  readonly vh: number;
  readonly sw: number;
  readonly sh: number;
  readonly dpr: number;
  readonly touch: boolean;
  readonly weight: number;
}

/** Somebody, as a relay sees them. */
export interface Person {
  readonly address: string;
  readonly device: Device;
  /** Preferred language. */
  readonly lang: string;
  /** IANA time zone of their clock. */
  readonly tz: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

const windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)";
const mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit";
const iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";

const large = { vw: 1728, vh: 972, sw: 1920, sh: 1080, dpr: 1, touch: false } as const;
const laptop = { vw: 1440, vh: 780, sw: 1440, sh: 900, dpr: 2, touch: false } as const;
const small = { vw: 1180, vh: 680, sw: 1366, sh: 768, dpr: 1, touch: false } as const;
const tablet = { vw: 820, vh: 1100, sw: 820, sh: 1180, dpr: 2, touch: true } as const;
const wide = { vw: 600, vh: 880, sw: 600, sh: 960, dpr: 2, touch: true } as const;
const phone = { vw: 390, vh: 700, sw: 390, sh: 844, dpr: 3, touch: true } as const;

const devices: readonly Device[] = [
  { ...phone, ua: `${iphone} Version/18.6 Mobile/15E148 Safari/604.1`, weight: 23 },
  {
    ...phone,
    ua: "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/155.0.0.0 Mobile Safari/537.36",
    weight: 19,
  },
  {
    ...phone,
    ua: "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
    weight: 4,
  },
  { ...phone, ua: "Mozilla/5.0 (Android 15; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0", weight: 2 },
  {
    ...wide,
    ua: "Mozilla/5.0 (Linux; Android 14; SM-X110) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/155.0.0.0 Safari/537.36",
    weight: 2,
  },
  {
    ...tablet,
    ua: "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    weight: 5,
  },
  { ...large, ua: `${windows} Chrome/155.0.0.0 Safari/537.36`, weight: 12 },
  { ...small, ua: `${windows} Chrome/155.0.0.0 Safari/537.36`, weight: 6 },
  { ...large, ua: `${windows} Chrome/155.0.0.0 Safari/537.36 Edg/155.0.0.0`, weight: 7 },
  { ...small, ua: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0", weight: 4 },
  { ...laptop, ua: `${mac}/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15`, weight: 8 },
  { ...laptop, ua: `${mac}/537.36 (KHTML, like Gecko) Chrome/155.0.0.0 Safari/537.36`, weight: 6 },
  { ...large, ua: "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", weight: 2 },
];

const places = [
  { country: "DK", lang: "da-DK", tz: "Europe/Copenhagen", weight: 24 },
  { country: "DE", lang: "de-DE", tz: "Europe/Berlin", weight: 22 },
  { country: "SE", lang: "sv-SE", tz: "Europe/Stockholm", weight: 15 },
  { country: "NL", lang: "nl-NL", tz: "Europe/Amsterdam", weight: 10 },
  { country: "NO", lang: "nb-NO", tz: "Europe/Oslo", weight: 9 },
  { country: "FI", lang: "fi-FI", tz: "Europe/Helsinki", weight: 6 },
  { country: "PL", lang: "pl-PL", tz: "Europe/Warsaw", weight: 5 },
  { country: "GB", lang: "en-GB", tz: "Europe/London", weight: 5 },
  { country: "EE", lang: "et-EE", tz: "Europe/Tallinn", weight: 2 },
  { country: "FR", lang: "fr-FR", tz: "Europe/Paris", weight: 2 },
] as const;

/** Somebody with a network of their own: no two have the same address. Addresses are those set aside for documentation. */
export function person(dice: Chance, number: number): Person {
  const { country, lang, tz } = dice.weighted(places, (one) => one.weight);
  const network = number.toString(16).padStart(8, "0");
  return {
    address: `2001:db8:${network.slice(0, 4)}:${network.slice(4)}::${dice.whole(2, 0xffff).toString(16)}`,
    device: dice.weighted(devices, (one) => one.weight),
    lang: dice.yes(0.12) ? "en-GB" : lang,
    tz,
    country,
  };
}

/** Widths that the pages must have been measured at. */
export const demoWidths: readonly number[] = [...new Set(devices.map((device) => device.vw))].sort((a, b) => a - b);
