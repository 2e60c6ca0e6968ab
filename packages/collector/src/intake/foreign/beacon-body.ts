import { type Batch, type Event, horizon, limits } from "@isotherm/protocol";
import type { FastifyInstance } from "fastify";
import { CollectorError } from "../../collector-error.js";
import type { Site } from "../../store/sites.js";
import { checkOrigin } from "../check-origin.js";
import { findSite } from "../find-site.js";
import type { IntakeParts } from "../parts.js";
import { senderOf } from "../sender.js";
import { takeUnsealed } from "../take-unsealed.js";
import { checkMapped, mapEach } from "./check.js";
import {
  FieldFault,
  type Fields,
  fields,
  length,
  number,
  optionalFields,
  optionalNumber,
  optionalText,
  pixels,
  text,
  whole,
} from "./fields.js";
import { numberOf } from "./ids.js";
import { addressOf, type KnownPage, originOf } from "./page.js";
import { isPageView, leftover, plainBatch } from "./plain-batch.js";
import { readJson } from "./read-json.js";
import { bytesOf, openScope } from "./scope.js";
import { aheadOf, momentOf } from "./time.js";

const path = "/v1/ingest";
/** Samples of one trail: with any coordinates they stay within a batch. */
const samplesAtOnce = 1_500;
/** What a click or movement is drawn on where nothing says how wide the page is, in CSS px. */
const usualWidth = 1_280;

/** `POST /v1/ingest`: the whole request in its body, key included, so that a page can send it as a beacon. */
export function beaconBodyIntake(app: FastifyInstance, parts: IntakeParts): void {
  openScope(app, parts, [path]);
  app.post(path, { schema: { hide: true } }, async (request, reply) => {
    const body = readJson(bytesOf(request));
    const { key, session, visitor, user, events, movement } = requestOf(body);
    const sent = { headers: request.headers, peer: request.socket.remoteAddress };
    const site = await findSite(key, sent, parts);
    const shared: Shared = {
      site,
      ...{ session, visitor, user, now: parts.now() },
      origin: originOf(request.headers, site),
      page: body,
    };
    const checks = checkMapped([
      ...mapEach(
        events,
        (event) => idOf(event as Fields),
        (event) => [eventBatch(fields(event, "an event"), shared)],
      ),
      ...mapEach(
        trailsOf(movement),
        () => "movement",
        (samples) => [movementBatch(samples, shared)],
      ),
    ]);
    const good = checks.flatMap((check) => (check.ok ? [check.batch] : []));
    checkOrigin(site, request.headers.origin, good);
    const sender = senderOf(sent, parts);
    const sentAt = aheadOf(
      good.map(({ at }) => at),
      shared.now,
    );
    const group = { sender, sentAt, checks };
    const taken = await takeUnsealed({ site, quota: key, groups: [group], gone: [], unknown: 0 }, parts);
    const { accepted, duplicate, rejected } = taken;
    reply.header("cache-control", "no-store");
    if (duplicate === 0 && rejected.length === 0) return reply.code(204).send();
    return reply.code(202).send({ accepted, duplicate, rejected });
  });
}

/** What all events of a request share. */
interface Shared {
  readonly site: Site;
  readonly session: string;
  readonly visitor: string | undefined;
  readonly user: string | undefined;
  readonly now: number;
  readonly origin: string;
  /** Where a page's facts stand that an event does not have itself. */
  readonly page: Fields;
}

function requestOf(body: Fields) {
  try {
    const session = fields(body.session, "session");
    const { events = [], movement = [] } = body;
    if (!Array.isArray(events) || !Array.isArray(movement)) throw new FieldFault("events and movement must be lists");
    if (events.length + movement.length === 0) throw new FieldFault("there are neither events nor movement");
    return {
      key: text(body, "apiKey"),
      session: text(session, "sessionId"),
      visitor: optionalText(session, "anonId"),
      user: optionalText(session, "userId"),
      events: events as readonly unknown[],
      movement: movement as readonly unknown[],
    };
  } catch (cause) {
    if (!(cause instanceof FieldFault)) throw cause;
    throw new CollectorError("envelope_invalid", cause.message, { cause });
  }
}

const known = ["id", "eventId", "type", "name", "timestamp", "ts", "url", "path", "referrer", "title", "viewport"];

const idOf = ({ id, eventId }: Fields): unknown => id ?? eventId;

function eventBatch(from: Fields, shared: Shared): Batch {
  const id = optionalText(from, "id") ?? optionalText(from, "eventId");
  const at = momentOf(from.timestamp ?? from.ts, "timestamp");
  const name = (optionalText(from, "type") ?? text(from, "name")).slice(0, limits.name);
  const made = isPageView(name)
    ? page(from)
    : name === "click" && from.x !== undefined
      ? click(from, id)
      : own(from, name);
  return plainBatch({
    ...shared,
    ...{ intake: "beacon-body", site: shared.site.id, id, at },
    page: pageOf(from, shared, made.y),
    events: [made.event],
  });
}

interface Made {
  readonly event: Event;
  /** How far down the page it reached. */
  readonly y: number;
}

const page = (from: Fields): Made => ({ event: { type: "page", t: 0, ...leftover(from, known) }, y: 0 });

/** An event by its type, or by its name where the type says no more than that it is one of the page's own. */
function own(from: Fields, type: string): Made {
  const plain = type === "custom" || type === "event" || type === "track";
  const name = plain ? text(from, "name").slice(0, limits.name) : type;
  const told = plain || from.name === type ? known : known.filter((field) => field !== "name");
  return { event: { type: "custom", t: 0, name, ...leftover(from, told) } as Event, y: 0 };
}

function click(from: Fields, id: string | undefined): Made {
  const [x, y] = [pixels(number(from, "x")), pixels(number(from, "y"))];
  const selector = optionalText(from, "selector", limits.anchor) ?? optionalText(from, "target", limits.anchor) ?? "";
  const el = selector.replace(/[\s%]/g, encodeURIComponent).slice(0, limits.anchor);
  const n = numberOf(id ?? JSON.stringify(from));
  const middle = limits.fraction >> 1;
  const rest = leftover(from, [...known, "x", "y", "selector", "target"]);
  return { event: { type: "click", t: 0, n, x, y, el, ex: middle, ey: middle, ...rest }, y };
}

function pageOf(from: Fields, { origin, page: around }: Shared, y: number): KnownPage {
  const either = (name: string): string | undefined => optionalText(from, name) ?? optionalText(around, name);
  const viewport = optionalFields(from, "viewport") ?? optionalFields(around, "viewport") ?? {};
  const width = optionalNumber(viewport, "w") ?? optionalNumber(viewport, "width");
  const height = length(optionalNumber(viewport, "h") ?? optionalNumber(viewport, "height"));
  return {
    url: addressOf(origin, either("url") ?? either("path") ?? "/"),
    referrer: either("referrer"),
    title: either("title")?.slice(0, limits.title),
    ...{ vw: length(width), vh: height, dw: length(width ?? usualWidth), dh: Math.max(height, y) },
  };
}

/** Samples in runs of one page, of a length that fits into a batch. */
function trailsOf(movement: readonly unknown[]): readonly (readonly unknown[])[] {
  const trails: unknown[][] = [];
  let before: unknown;
  for (const sample of movement) {
    const { url, path: at } = (sample ?? {}) as Fields;
    const where = url ?? at;
    const last = trails.at(-1);
    if (last === undefined || where !== before || last.length >= samplesAtOnce) trails.push([sample]);
    else last.push(sample);
    before = where;
  }
  return trails;
}

/** Movement has no ids: the same samples of the same session are the same movement. */
function movementBatch(samples: readonly unknown[], shared: Shared): Batch {
  const points = samples.map((value) => {
    const sample = fields(value, "a sample of movement");
    const at = momentOf(sample.timestamp ?? sample.ts ?? sample.t, "timestamp");
    if (at === undefined) throw new FieldFault("a sample of movement has no timestamp");
    return { sample, at, x: pixels(number(sample, "x")), y: pixels(number(sample, "y")) };
  });
  const [first] = points;
  if (first === undefined) throw new FieldFault("movement must not be empty");
  let before = first;
  const trail = [first.x, first.y];
  for (const point of points.slice(1)) {
    const after = whole(point.at - before.at, -horizon.send, horizon.send);
    trail.push(after, point.x - before.x, point.y - before.y);
    before = point;
  }
  return plainBatch({
    ...shared,
    ...{ intake: "beacon-body", site: shared.site.id, at: first.at },
    id: JSON.stringify([shared.session, samples]),
    page: pageOf(first.sample, shared, first.y),
    events: [{ type: "move", t: 0, path: trail }],
  });
}
