import type { Json, MoveEvent, Properties, ScrollEvent } from "@isotherm/protocol";
import type { WebEvent } from "./events/web-event.js";

/** Characters of a path and of a session's id that heat-collector's PostgreSQL tables hold (its dist/chunk-4NEKHHSP.js). */
const longest = { path: 1_024, session: 64 };

/** One event as `eventSchema` in heat-collector 0.3.7 wants it (its dist/index.js). */
export interface HeatEvent {
  readonly eventId: string;
  readonly sessionId: string;
  readonly ts: number;
  readonly path: string;
  readonly viewport: { readonly w: number; readonly h: number; readonly dpr: number };
  readonly device: { readonly platform?: string; readonly language?: string };
  readonly type: string;
  readonly meta?: Properties;
  readonly [field: string]: Json | undefined;
}

/** PostgreSQL refuses a text with a NUL in it, and the whole request with it. */
const clean = (text: string): string => text.replaceAll("\0", "");

/** The session that events are stored under. */
export const heatSession = ({ session }: WebEvent): string => clean(session).slice(-longest.session);

/** The user that they are stored under, once there is one. */
export const heatUser = ({ user }: WebEvent): string | undefined => (user === undefined ? undefined : clean(user));

/** An event in heat-collector's words; undefined for a scroll container, which it does not know. */
export function heatEventOf(web: WebEvent): HeatEvent | undefined {
  const own = ownOf(web);
  if (own === undefined) return undefined;
  const { page, edge } = web.batch;
  return {
    eventId: web.id,
    sessionId: heatSession(web),
    ts: Math.round(web.at),
    path: pathOf(web),
    viewport: { w: page.vw, h: page.vh, dpr: page.dpr },
    // The agent is the request's: here it would be repeated for every point of a trail.
    device: {
      ...(edge.ch?.platform !== undefined && { platform: edge.ch.platform }),
      ...(page.lang !== undefined && { language: page.lang }),
    },
    ...own,
  };
}

type Own = Pick<HeatEvent, "type" | "meta"> & Partial<HeatEvent>;

/**
 * What tells a type from the others. Of names, properties, actions, categories and depths in pixels heat-collector stores
 * nothing but what stands in `meta` as well, from which it takes out `value`, `text` and `content`.
 */
function ownOf(web: WebEvent): Own | undefined {
  const { event, batch } = web;
  switch (event.type) {
    case "page": {
      const { url, referrer, title, nav } = batch.page;
      const meta = { url, nav, ...(referrer !== undefined && { referrer }), ...(title !== undefined && { title }) };
      return { type: "pageview", to: pathOf(web), ...(referrer !== undefined && { from: referrer }), meta };
    }
    case "click": {
      const { x, y, el, btn = 0 } = event;
      return { type: "click", x, y, selector: clean(el), button: btn, ...metaOf(web, ["x", "y", "el"]) };
    }
    case "move":
      return { type: "move", points: pointsOf(event) };
    case "scroll": {
      if (event.el !== undefined) return undefined;
      const scrollY = deepestOf(event);
      const range = batch.page.dh - batch.page.vh;
      const scrollDepthPct = range > 0 ? Math.min(100, Math.max(0, (scrollY / range) * 100)) : 0;
      return { type: "scroll", scrollY, scrollDepthPct, meta: { scrollY, max: event.max } };
    }
    case "input":
      // It knows no submit, and would refuse all that is in the request.
      if (event.act === "submit") return customOf(web, "submit");
      return { type: "input", action: event.act, selector: clean(event.el), meta: { action: event.act } };
    case "keyboard":
      return { type: "keyboard", category: event.cat, meta: { category: event.cat } };
    default:
      return customOf(web, web.name);
  }
}

function customOf({ properties }: WebEvent, name: string): Own {
  const props = Object.keys(properties).length === 0 ? {} : { props: properties };
  return { type: "custom", name, ...props, meta: { name, ...props } };
}

function metaOf({ properties }: WebEvent, without: readonly string[]): { readonly meta?: Properties } {
  const left = Object.entries(properties).filter(([name]) => !without.includes(name));
  return left.length === 0 ? {} : { meta: Object.fromEntries(left) };
}

const pathOf = ({ place }: WebEvent): string => clean(place.path).slice(0, longest.path);

interface Point {
  readonly [axis: string]: number;
}

function pointsOf({ path: [x = 0, y = 0, ...steps] }: MoveEvent): readonly Point[] {
  const points: Point[] = [{ x, y, tsOffset: 0 }];
  let at = { x, y, tsOffset: 0 };
  for (let i = 0; i + 2 < steps.length; i += 3) {
    const [dt = 0, dx = 0, dy = 0] = steps.slice(i, i + 3);
    at = { x: at.x + dx, y: at.y + dy, tsOffset: Math.round(at.tsOffset + dt) };
    points.push(at);
  }
  return points;
}

function deepestOf({ path: [start = 0, ...steps] }: ScrollEvent): number {
  let y = start;
  let deepest = start;
  for (let i = 1; i < steps.length; i += 2) {
    y += steps[i] ?? 0;
    deepest = Math.max(deepest, y);
  }
  return deepest;
}
