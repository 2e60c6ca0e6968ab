import { type Batch, type Event, horizon, limits } from "@isotherm/protocol";
import type { Site } from "../../store/sites.js";
import {
  FieldFault,
  type Fields,
  length,
  number,
  optionalFields,
  optionalNumber,
  optionalText,
  text,
  whole,
} from "./fields.js";
import { addressOf, type KnownPage, originOf } from "./page.js";
import { leftover, plainBatch } from "./plain-batch.js";
import { momentOf } from "./time.js";

/** What can stand behind `/track/`, besides `batch`. */
export const trackKinds = [
  "view",
  "engagement",
  "interaction",
  "event",
  "conversion",
  "funnel",
  "registration-funnel",
] as const;

/** One of them. */
export type TrackKind = (typeof trackKinds)[number];

const known = [
  ...["eventId", "type", "timestamp", "visitorId", "sessionId", "userId"],
  ...["url", "path", "referrer", "title", "client", "attribution"],
];

/** An event that a server tells of, as a batch. Throws `FieldFault`. */
export function trackBatch(from: Fields, kind: TrackKind, site: Site, now: number): Batch {
  const events = eventsOf(from, kind);
  clientOf(from);
  return plainBatch({
    intake: "track",
    site: site.id,
    now,
    id: optionalText(from, "eventId"),
    at: momentOf(from.timestamp, "timestamp"),
    visitor: optionalText(from, "visitorId"),
    session: optionalText(from, "sessionId"),
    user: optionalText(from, "userId"),
    page: pageOf(from, site, events),
    events,
  });
}

function eventsOf(from: Fields, kind: TrackKind): readonly Event[] {
  const rest = (...names: readonly string[]): object => leftover(from, [...known, ...names]);
  const custom = (name: string, props: object): readonly Event[] => [
    { type: "custom", t: 0, name: name.slice(0, limits.name), ...props } as Event,
  ];
  switch (kind) {
    case "view":
      return [{ type: "page", t: 0, ...rest() }];
    case "engagement":
      return engagement(from, rest("duration", "scrollDepth"));
    case "interaction":
      return custom(optionalText(from, "action") ?? text(from, "name"), rest(from.action ? "action" : "name"));
    case "event":
      return custom(text(from, "name"), rest("name"));
    case "conversion": {
      const value = optionalNumber(from, "value");
      const currency = optionalText(from, "currency");
      const name = text(from, "name").slice(0, limits.name);
      const worth = { ...(value !== undefined && { value }), ...(currency !== undefined && { currency }) };
      return [{ type: "goal", t: 0, name, ...worth, ...rest("name", "value", "currency") }];
    }
    case "funnel":
      return custom(`${text(from, "funnel")}: ${text(from, "step")}`, rest());
    case "registration-funnel":
      return custom(`registration: ${text(from, "step")}`, rest());
  }
}

function engagement(from: Fields, rest: object): readonly Event[] {
  const depth = optionalNumber(from, "scrollDepth");
  const engaged = whole(
    depth === undefined ? number(from, "duration") : (optionalNumber(from, "duration") ?? 0),
    0,
    horizon.send,
  );
  const max = whole((depth ?? 0) * 10, 0, limits.depthMille);
  const scroll: readonly Event[] = depth === undefined ? [] : [{ type: "scroll", t: 0, path: [0], max }];
  return [{ type: "attention", t: 0, bands: [], engaged, ...rest } as Event, ...scroll];
}

function pageOf(from: Fields, site: Site, events: readonly Event[]): KnownPage {
  const client = optionalFields(from, "client") ?? {};
  const viewport = optionalFields(client, "viewport") ?? {};
  const [vw, vh] = [length(optionalNumber(viewport, "w")), length(optionalNumber(viewport, "h"))];
  // A page whose depth is told is taken for higher than its window: else all of it would have been seen at once.
  const scrolled = events.some(({ type }) => type === "scroll");
  return {
    url: attributed(addressOf(originOf({}, site), placeOf(from)), optionalFields(from, "attribution") ?? {}),
    referrer: optionalText(from, "referrer"),
    title: optionalText(from, "title", limits.title),
    lang: optionalText(client, "language", limits.language),
    tz: optionalText(client, "timeZone", limits.zone),
    ...{ vw, vh, dw: vw, dh: scrolled ? vh + 1 : vh },
  };
}

/** The address of the page, or of the content where only that is told. */
function placeOf(from: Fields): string {
  const given = optionalText(from, "url") ?? optionalText(from, "path");
  const content = optionalText(from, "contentId");
  if (given !== undefined || content === undefined) return given ?? "/";
  return `/${[optionalText(from, "contentType") ?? "content", content].map(encodeURIComponent).join("/")}`;
}

const parameters = ["source", "medium", "campaign", "term", "content"];

/** An address with what is known of where its visitor came from, as links say it; what stands there already stays. */
function attributed(url: string, attribution: Fields): string {
  const address = new URL(url);
  for (const name of parameters) {
    const value = optionalText(attribution, name);
    const parameter = `utm_${name}`;
    if (value !== undefined && !address.searchParams.has(parameter)) address.searchParams.set(parameter, value);
  }
  return address.href;
}

/** The kind that an event of a batch names. */
export function kindOf(from: Fields): TrackKind {
  const kind = trackKinds.find((one) => one === from.type);
  if (kind === undefined) throw new FieldFault(`type must be one of ${trackKinds.join(", ")}`);
  return kind;
}

/** What a server knows of the visitor's browser. */
export interface TrackClient {
  readonly ip: string | undefined;
  readonly agent: string | undefined;
  readonly language: string | undefined;
  readonly country: string | undefined;
  readonly gpc: boolean;
  readonly dnt: boolean;
}

/** Reads `client`; undefined where nothing is told. Throws `FieldFault`. */
export function clientOf(from: Fields): TrackClient | undefined {
  const client = optionalFields(from, "client");
  if (client === undefined) return undefined;
  return {
    ip: optionalText(client, "ip"),
    agent: optionalText(client, "userAgent"),
    language: optionalText(client, "language"),
    country: optionalText(client, "country"),
    gpc: client.gpc === true,
    dnt: client.dnt === true,
  };
}
