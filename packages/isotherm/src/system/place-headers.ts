/** Names of headers that are believed of a trusted proxy. */
interface PlaceHeaders {
  readonly countryHeader?: string;
  readonly regionHeader?: string;
  readonly cityHeader?: string;
}

/** Those that a part of the configuration names, and no others. */
export function placeHeaders({ countryHeader, regionHeader, cityHeader }: PlaceHeaders): PlaceHeaders {
  return {
    ...(countryHeader === undefined ? {} : { countryHeader }),
    ...(regionHeader === undefined ? {} : { regionHeader }),
    ...(cityHeader === undefined ? {} : { cityHeader }),
  };
}
