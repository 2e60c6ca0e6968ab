import type { Edge } from "@isotherm/protocol";
import { notSet } from "./not-set.js";
import type { PlaceLookup } from "./place-files.js";
import { type PlaceRecord, readPlace } from "./place-record.js";

/** Where a visit came from, as far as its network tells. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Whether that is in the European Union, as `yes` or `no`. */
  readonly eu: string;
  readonly region: string;
  readonly city: string;
  /** IANA time zone. */
  readonly timeZone: string;
  /** What kind of network: `hosting`, `vpn`, `tor`, `government` or `education`. */
  readonly network: string;
  /** Who runs it, and its autonomous system, as `AS64500`. */
  readonly org: string;
  readonly asn: string;
}

/** What stands where nothing is known. */
export const unknownPlace: Place = {
  country: notSet,
  eu: notSet,
  region: notSet,
  city: notSet,
  timeZone: notSet,
  network: notSet,
  org: notSet,
  asn: notSet,
};

/** https://european-union.europa.eu/principles-countries-history/eu-countries_en */
const union = new Set("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split(" "));

/**
 * The place of the network that a batch came from, of which the seal has kept the first 24 or 48 bits. What a trusted proxy
 * wrote goes first; what a file says of another country or city then says nothing of what lies within.
 */
export function placeOf(written: Pick<Edge, "ip" | "country" | "region" | "city">, look: PlaceLookup): Place {
  const { ip } = written;
  const found = together(ip === undefined ? [] : look(ip).map(readPlace));
  const proxied = countryOf(written.country);
  const country = proxied ?? countryOf(found.country);
  const agrees = proxied === undefined || countryOf(found.country) === proxied;
  // Of two places one has the region, and the other the city.
  const isNear = written.region === undefined && written.city === undefined;
  return {
    country: country ?? notSet,
    eu: country === undefined ? notSet : union.has(country) ? "yes" : "no",
    region: written.region ?? (agrees && isNear ? found.region : undefined) ?? notSet,
    city: written.city ?? (agrees && isNear ? found.city : undefined) ?? notSet,
    timeZone: (agrees ? found.timeZone : undefined) ?? (country && onlyZoneOf(country)) ?? notSet,
    network: found.network ?? notSet,
    org: found.org ?? notSet,
    asn: found.asn ?? notSet,
  };
}

/**
 * What files say of one network: the first that knows a thing is believed. What one says of the inside of another country is
 * left out, and region and city are one file's, as two may mean two places.
 */
function together(records: readonly PlaceRecord[]): PlaceRecord {
  let found: PlaceRecord = {};
  for (const record of records) {
    const { region: _region, city: _city, ...wide } = record;
    const { timeZone: _timeZone, ...network } = wide;
    const isElsewhere =
      found.country !== undefined &&
      record.country !== undefined &&
      countryOf(record.country) !== countryOf(found.country);
    const isPlaced = found.region !== undefined || found.city !== undefined;
    found = { ...(isElsewhere ? network : isPlaced ? wide : record), ...found };
  }
  return found;
}

function countryOf(code: string | undefined): string | undefined {
  const upper = code?.toUpperCase() ?? "";
  // Proxies say XX where they do not know, and T1 for Tor.
  return /^[A-Z]{2}$/.test(upper) && upper !== "XX" ? upper : undefined;
}

// By country, because asking ICU takes a millisecond.
const zones = new Map<string, string | undefined>();

/** The time zone of a country that has one only, as ICU knows them. */
function onlyZoneOf(country: string): string | undefined {
  if (zones.has(country)) return zones.get(country);
  // Node 20 has the property alone, newer ones the function: https://github.com/tc39/proposal-intl-locale-info
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & {
    readonly timeZones?: readonly string[];
    getTimeZones?(): readonly string[];
  };
  const all = locale.getTimeZones?.() ?? locale.timeZones ?? [];
  const only = all.length === 1 ? all[0] : undefined;
  zones.set(country, only);
  return only;
}
