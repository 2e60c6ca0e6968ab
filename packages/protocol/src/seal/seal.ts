import type { Batch, SealedBatch } from "../batch.js";
import type { Salt } from "../briefing.js";
import type { ClientHints, Edge } from "../edge.js";
import { limits, skewTolerance } from "../limits.js";
import { parseUrl } from "../parse-url.js";
import { truncateAddress } from "./address.js";
import { headerText } from "./header-text.js";
import { strip } from "./strip.js";
import { dailyVisitor } from "./visitor.js";

/** What the first server knows of the request that brought the batches. */
export interface SealRequest {
  /** Server's clock at receipt, in ms since 1970. */
  readonly at: number;
  /** The envelope's `sentAt`; without it, no skew is known. */
  readonly sentAt?: number | undefined;
  /** The site's group. */
  readonly group: string;
  /** The visitor's full address. */
  readonly address: string;
  /** The `User-Agent` header. */
  readonly agent?: string | undefined;
  /** The `Accept-Language` header. */
  readonly language?: string | undefined;
  /** Client hints that the browser sent unasked. */
  readonly hints?: ClientHints | undefined;
  /** ISO 3166-1 alpha-2, from a trusted proxy; anything else is left out. */
  readonly country?: string | undefined;
  /** Names of region and city, from a trusted proxy; percent-encoded, or UTF-8 read as Latin-1, as headers bring them. */
  readonly region?: string | undefined;
  readonly city?: string | undefined;
  /** The `Origin` header. */
  readonly origin?: string | undefined;
  /** Name of the relay. */
  readonly relay?: string | undefined;
  /** A signal to honour by stripping: no identifiers, no address, no visitor. */
  readonly privacy?: "gpc" | "dnt" | undefined;
}

/**
 * Adds `edge` to the batches of one request. No full address leaves here, except as `edge.address` while there is no
 * salt for the day, for whoever has one to `settle`. Rejects only where a salt is at fault.
 */
export async function seal(
  batches: readonly Batch[],
  request: SealRequest,
  salts: readonly Salt[],
): Promise<SealedBatch[]> {
  const shared: Edge = {
    at: request.at,
    skew: skewOf(request),
    ...(request.privacy === undefined ? await traces(request, salts) : { privacy: request.privacy }),
    ...facts(request),
  };
  const origin = hostOf(request.origin);
  return batches.map((batch) => {
    const host = origin ?? hostOf(batch.page.url);
    const edge: Edge = host === undefined ? shared : { ...shared, host };
    return { ...(request.privacy === undefined ? batch : strip(batch)), edge };
  });
}

function skewOf({ at, sentAt }: SealRequest): number {
  const skew = sentAt === undefined ? 0 : sentAt - at;
  return Math.abs(skew) < skewTolerance ? 0 : skew;
}

async function traces(request: SealRequest, salts: readonly Salt[]): Promise<Partial<Edge>> {
  const { group, at } = request;
  const address = cut(request.address, limits.address) ?? "";
  const agent = cut(request.agent, limits.agent) ?? "";
  const language = cut(request.language, limits.language) ?? "";
  const daily = await dailyVisitor({ group, address, agent, language }, at, salts);
  const ip = truncateAddress(address);
  return {
    ...(ip !== undefined && { ip }),
    ...(daily ?? (address !== "" && { address })),
  };
}

function facts({ agent, language, hints, country, region, city, relay, privacy }: SealRequest): Partial<Edge> {
  const ua = cut(agent, limits.agent);
  const lang = cut(language, limits.language);
  const name = cut(relay, limits.name);
  const ch = hints === undefined ? undefined : hintsOf(hints);
  const place = country?.toUpperCase();
  // So near are only those named who did not ask for privacy.
  const near = privacy === undefined ? { region: named(region), city: named(city) } : {};
  return {
    ...(ua !== undefined && { ua }),
    ...(lang !== undefined && { lang }),
    ...(ch !== undefined && Object.keys(ch).length > 0 && { ch }),
    // XX is how proxies write that they do not know.
    ...(place !== undefined && /^[A-Z]{2}$/.test(place) && place !== "XX" && { country: place }),
    ...(near.region !== undefined && { region: near.region }),
    ...(near.city !== undefined && { city: near.city }),
    ...(name !== undefined && { relay: name }),
  };
}

const named = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : cut(headerText(text).trim(), limits.name);

function hintsOf({ platform, mobile, brands }: ClientHints): ClientHints {
  const system = cut(platform, limits.name);
  const names = cut(brands, limits.language);
  return {
    ...(system !== undefined && { platform: system }),
    ...(mobile !== undefined && { mobile }),
    ...(names !== undefined && { brands: names }),
  };
}

function hostOf(address: string | undefined): string | undefined {
  return address === undefined ? undefined : cut(parseUrl(address)?.hostname, limits.host);
}

const cut = (text: string | undefined, length: number): string | undefined =>
  text === undefined || text === "" ? undefined : text.slice(0, length);
