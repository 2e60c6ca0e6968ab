import type { BotClass, ClientHints, SealedBatch } from "@isotherm/protocol";
import { type Acquisition, acquisitionOf } from "./acquisition.js";
import { botClass, spamClass } from "./bot.js";
import { type Device, deviceOf, unknownDevice } from "./device.js";
import { notSet } from "./not-set.js";
import { pagePath } from "./page-path.js";
import { type Place, placeOf, unknownPlace } from "./place.js";
import { type PlaceLookup, placeFiles } from "./place-files.js";

/** What a visit can be filtered and grouped by, besides its pages and events. */
export interface Profile extends Omit<Acquisition, "channel">, Omit<Device, "device">, Place {
  readonly channel: string;
  readonly device: string;
  readonly language: string;
}

/** What enriching adds to a batch. */
export interface Enrichment {
  readonly page: string;
  readonly profile: Profile;
  readonly bot: BotClass | null;
  /** The parts that failed and are unknown therefore. */
  readonly failed: readonly EnrichmentPart[];
}

/** One thing that enrichment finds out. */
export type EnrichmentPart = "page" | "acquisition" | "device" | "bot" | "place";

/** Enriches a batch, never failing: a part that throws is unknown, and named in `failed`. */
export type Enrich = (batch: SealedBatch, ownHosts: ReadonlySet<string>) => Enrichment;

const unknownAcquisition: Omit<Acquisition, "channel"> & { readonly channel: string } = {
  source: notSet,
  medium: notSet,
  campaign: notSet,
  term: notSet,
  content: notSet,
  channel: "Unassigned",
  referrer: notSet,
};

/** The functions behind the parts; replaced in tests. */
export interface EnrichParts {
  readonly deviceOf: typeof deviceOf;
  readonly botClass: typeof botClass;
  readonly acquisitionOf: typeof acquisitionOf;
  /** What is known of a network. */
  readonly look: PlaceLookup;
}

const cached = 4_096;

/** Makes an `Enrich` that remembers what recent user agents and addresses turned out to be: reading them takes longest. */
export function enricher(given: Partial<EnrichParts> = {}): Enrich {
  const parts: EnrichParts = { deviceOf, botClass, acquisitionOf, look: placeFiles([]), ...given };
  const devices = new Map<string, Device>();
  const bots = new Map<string, BotClass | null>();
  const pages = new Map<string, string>();
  const places = new Map<string, Place>();
  const acquisitions = new Map<string, Acquisition>();
  const hostKeys = new WeakMap<ReadonlySet<string>, string>();
  const hostsKey = (hosts: ReadonlySet<string>): string => {
    const known = hostKeys.get(hosts);
    if (known !== undefined) return known;
    const key = [...hosts].join(" ");
    hostKeys.set(hosts, key);
    return key;
  };
  const remember = <Value>(cache: Map<string, Value>, key: string, make: () => Value): Value => {
    const known = cache.get(key);
    if (known !== undefined) return known;
    if (cache.size >= cached) cache.clear();
    const made = make();
    cache.set(key, made);
    return made;
  };

  return (batch, ownHosts) => {
    const { edge, page } = batch;
    const failed: EnrichmentPart[] = [];
    const attempt = <Value>(part: EnrichmentPart, find: () => Value, unknown: Value): Value => {
      try {
        return find();
      } catch {
        failed.push(part);
        return unknown;
      }
    };
    const ua = edge.ua ?? "";
    const touch = page.touch ?? false;
    const device = attempt(
      "device",
      () => remember(devices, deviceKey(ua, edge.ch, touch), () => parts.deviceOf(ua, edge.ch, touch)),
      unknownDevice,
    );
    const acquisition = attempt(
      "acquisition",
      () =>
        remember(acquisitions, `${page.url}\n${page.referrer ?? ""}\n${hostsKey(ownHosts)}`, () =>
          parts.acquisitionOf(page.url, page.referrer, ownHosts),
        ),
      unknownAcquisition,
    );
    const place = attempt(
      "place",
      () =>
        remember(places, [edge.ip, edge.country, edge.region, edge.city].join("\n"), () => placeOf(edge, parts.look)),
      unknownPlace,
    );
    const webdriver = page.webdriver === true;
    const brands = edge.ch?.brands ?? "";
    const bot = attempt(
      "bot",
      () =>
        remember(bots, `${ua}\n${brands}\n${webdriver}`, () => parts.botClass({ agent: ua, brands, webdriver })) ??
        spamClass(acquisition.referrer) ??
        (place.network === "hosting" ? "hosting" : null),
      null,
    );
    const path = attempt("page", () => remember(pages, page.url, () => pagePath(page.url)), notSet);
    if (path === notSet && !failed.includes("page")) failed.push("page");
    const language = page.lang || edge.lang?.split(/[,;]/, 1)[0] || notSet;
    return { page: path, bot, failed, profile: profileOf(acquisition, device, place, language) };
  };
}

/** Field by field: to spread objects into one of so many fields takes longer than everything else that is done for a batch. */
function profileOf(acquisition: typeof unknownAcquisition, device: Device, place: Place, language: string): Profile {
  const { source, medium, campaign, term, content, channel, referrer } = acquisition;
  const { vendor, model, browser, browserVersion, system, systemVersion } = device;
  const { country, eu, region, city, timeZone, network, org, asn } = place;
  return {
    source,
    medium,
    campaign,
    term,
    content,
    channel,
    referrer,
    device: device.device,
    vendor,
    model,
    browser,
    browserVersion,
    system,
    systemVersion,
    country,
    eu,
    region,
    city,
    timeZone,
    network,
    org,
    asn,
    language,
  };
}

function deviceKey(userAgent: string, hints: ClientHints | undefined, touch: boolean): string {
  const said = hints === undefined ? "" : `${hints.platform}\n${hints.mobile}\n${hints.brands}`;
  return `${userAgent}\n${said}\n${touch}`;
}
