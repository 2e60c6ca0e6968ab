import type { IncomingHttpHeaders } from "node:http";
import type { ClientHints } from "@isotherm/protocol";
import type { IntakeParts } from "./parts.js";

/** A request as its socket and headers show it. */
export interface SentRequest {
  readonly headers: IncomingHttpHeaders;
  /** The other end of the socket. */
  readonly peer: string | undefined;
}

/** Whose request it is: what its batches are sealed by. */
export interface Sender {
  readonly address: string;
  readonly agent: string | undefined;
  readonly language: string | undefined;
  readonly hints: ClientHints | undefined;
  readonly country: string | undefined;
  readonly region: string | undefined;
  readonly city: string | undefined;
  /** Undefined also for one that is hidden. */
  readonly origin: string | undefined;
  /** Headers that may ask for privacy. */
  readonly signals: IncomingHttpHeaders;
}

/** The browser that a request comes straight from. */
export function senderOf({ headers, peer }: SentRequest, parts: IntakeParts): Sender {
  const { addresses, countryHeader, regionHeader, cityHeader } = parts;
  const placed = addresses.trusts(peer);
  const said = (header: string | undefined): string | undefined => (placed ? text(headers[header ?? ""]) : undefined);
  return {
    address: addresses.client(peer, headers),
    agent: headers["user-agent"],
    language: headers["accept-language"],
    hints: hintsOf(headers),
    country: said(countryHeader),
    region: said(regionHeader),
    city: said(cityHeader),
    origin: headers.origin === "null" ? undefined : headers.origin,
    signals: headers,
  };
}

function hintsOf(headers: IncomingHttpHeaders): ClientHints {
  const platform = text(headers["sec-ch-ua-platform"])?.replaceAll('"', "");
  const brands = text(headers["sec-ch-ua"]);
  const mobile = text(headers["sec-ch-ua-mobile"]);
  return {
    ...(platform !== undefined && { platform }),
    ...(brands !== undefined && { brands }),
    ...(mobile !== undefined && { mobile: mobile === "?1" }),
  };
}

function text(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
