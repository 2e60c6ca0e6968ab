import type { Incoming, IncomingPlace } from "../web/exchange.js";

/** Headers that a trusted proxy writes the visitor's place into. */
export interface PlaceHeaders {
  readonly countryHeader?: string | undefined;
  readonly regionHeader?: string | undefined;
  readonly cityHeader?: string | undefined;
}

/** Of a request that came through no trusted proxy. */
export const nowhere: PlaceHeaders = {};

/** Where a request says that its visitor is: the platform's word goes before a header's. */
export function placeOf(incoming: Incoming, { countryHeader, regionHeader, cityHeader }: PlaceHeaders): IncomingPlace {
  const said = (header: string | undefined): string | undefined =>
    header === undefined ? undefined : incoming.header(header.toLowerCase());
  return {
    country: incoming.country ?? said(countryHeader),
    region: incoming.region ?? said(regionHeader),
    city: incoming.city ?? said(cityHeader),
  };
}
