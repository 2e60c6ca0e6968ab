import { type Batch, type Event, horizon, limits, type Page, type Properties } from "@isotherm/protocol";
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
  present,
  text,
  whole,
} from "./fields.js";
import { batchId, fittingId, nameOf, numberOf } from "./ids.js";
import { addressOf, pageOf } from "./page.js";
import { within } from "./time.js";

/** What all events of a heat-sdk request share. */
export interface HeatRequest {
  readonly site: string;
  /** Of the pages whose paths it names. */
  readonly origin: string;
  readonly sdk: string;
  readonly app: Fields | undefined;
  readonly user: string | undefined;
  /** Heights of documents in px by path, where a scroll gives them away. */
  readonly heights: ReadonlyMap<string, number>;
}

/** Points of one `move`: with any coordinates they stay within a batch. */
const pointsAtOnce = 1_500;
/** A click's place in its element is not known: its middle. */
const middle = limits.fraction >> 1;

/** An event of heat-sdk 0.2.6 as batches: one, but for trails that are too long for one. Throws `FieldFault`. */
export function heatBatches(value: unknown, request: HeatRequest): readonly Batch[] {
  const from = fields(value, "an event");
  const eventId = text(from, "eventId");
  const session = text(from, "sessionId");
  const at = within(number(from, "ts"));
  const kept = present({ eventId: from.eventId, meta: emptyless(from, "meta"), app: request.app });
  const parts = partsOf(from);
  const { page, platform } = pageAround(from, request);
  return parts.map(({ event, after, dh, nav, referrer }, part) => ({
    id: batchId(at, "heat", request.site, eventId, String(part)),
    // The session's own id would outlive a privacy signal here.
    tab: nameOf("tab", request.site, session),
    seq: 0,
    at: within(at + after),
    ...(request.user !== undefined && { user: request.user }),
    session: fittingId(session),
    consent: "unset",
    page: {
      ...page,
      dh: Math.max(page.dh, dh),
      nav,
      ...(referrer && { referrer: addressOf(request.origin, referrer) }),
    },
    sdk: request.sdk,
    events: [{ ...event, ...kept, ...(platform !== undefined && { platform }) } as Event],
  }));
}

/** Heights of documents by path: heat-sdk tells them only by how deep a scroll was. */
export function heightsOf(events: readonly unknown[]): ReadonlyMap<string, number> {
  const heights = new Map<string, number>();
  for (const event of events) {
    const { type, path, scrollY, scrollDepthPct, viewport } = (event ?? {}) as { readonly [field: string]: unknown };
    const h = (viewport as { readonly h?: unknown } | null | undefined)?.h;
    if (type !== "scroll" || typeof path !== "string" || typeof scrollY !== "number") continue;
    if (typeof scrollDepthPct !== "number" || scrollDepthPct <= 0 || typeof h !== "number") continue;
    heights.set(path, length(h + (scrollY * 100) / scrollDepthPct));
  }
  return heights;
}

function pageAround(
  from: Fields,
  request: HeatRequest,
): { readonly page: Page; readonly platform: string | undefined } {
  const path = optionalText(from, from.type === "pageview" ? "to" : "path") ?? text(from, "path");
  const viewport = fields(from.viewport, "viewport");
  const device = optionalFields(from, "device") ?? {};
  const [vw, vh] = [length(number(viewport, "w")), length(number(viewport, "h"))];
  const page = pageOf({
    url: addressOf(request.origin, path),
    vw,
    vh,
    // Documents are seldom wider than their window, and never less high.
    dw: vw,
    dh: Math.max(vh, request.heights.get(path) ?? 0),
    dpr: Math.min(Math.max(optionalNumber(viewport, "dpr") ?? 1, 0), limits.dpr),
    lang: optionalText(device, "language", limits.language),
  });
  return { page, platform: optionalText(device, "platform", limits.name) };
}

/** One native event of a foreign one. */
interface Part {
  readonly event: Event;
  /** Milliseconds after the foreign event's time. */
  readonly after: number;
  /** The document is at least as high. */
  readonly dh: number;
  readonly nav: Page["nav"];
  readonly referrer?: string | undefined;
}

const one = (event: object, more: Partial<Part> = {}): readonly Part[] => [
  { event: { t: 0, ...event } as Event, after: 0, dh: 0, nav: "load", ...more },
];

function partsOf(from: Fields): readonly Part[] {
  switch (from.type) {
    case "pageview": {
      const before = optionalText(from, "from");
      const { from: start, to } = from;
      const nav = before === undefined ? "load" : "push";
      return one({ type: "page", ...present({ from: start, to }) }, { nav, referrer: before });
    }
    case "click":
      return click(from);
    case "move":
      return moves(from);
    case "scroll":
      return scroll(from);
    case "custom": {
      const props = optionalFields(from, "props") as Properties | undefined;
      return one({ type: "custom", name: text(from, "name").slice(0, limits.name), ...(props && { props }) });
    }
    case "input": {
      const { selector, inputType, length: typed, masked } = from;
      const [el, act] = [anchorOf(selector), choice(from, "action", ["focus", "blur", "change"])];
      return one({ type: "input", el, act, ...present({ selector, inputType, length: typed, masked }) });
    }
    case "keyboard": {
      const cat = choice(from, "category", ["navigation", "editing", "modifier", "system", "other"]);
      return one({ type: "keyboard", cat });
    }
    default:
      throw new FieldFault("type must be one of click, move, scroll, pageview, custom, input, keyboard");
  }
}

function click(from: Fields): readonly Part[] {
  const [x, y] = [pixels(number(from, "x")), pixels(number(from, "y"))];
  const button = optionalNumber(from, "button") ?? 0;
  const { selector } = from;
  const where = { x, y, el: anchorOf(selector), ex: middle, ey: middle };
  const btn = button > 0 && { btn: whole(button, 0, limits.buttons) };
  return one(
    { type: "click", n: numberOf(text(from, "eventId")), ...where, ...btn, ...present({ selector }) },
    { dh: y },
  );
}

function scroll(from: Fields): readonly Part[] {
  const [y, percent] = [number(from, "scrollY"), number(from, "scrollDepthPct")];
  const vh = length(number(fields(from.viewport, "viewport"), "h"));
  // A page that scrolled is higher than its window; at its top, by how much it does not say.
  const dh = percent > 0 ? length(vh + (y * 100) / percent) : vh + 1;
  const max = percent > 0 ? whole(((y + vh) / Math.max(dh, 1)) * limits.depthMille, 0, limits.depthMille) : 0;
  return one({ type: "scroll", path: [pixels(y)], max, scrollDepthPct: percent }, { dh });
}

function moves(from: Fields): readonly Part[] {
  if (!Array.isArray(from.points) || from.points.length === 0) throw new FieldFault("points must not be empty");
  const points = from.points.map((value: unknown) => {
    const point = fields(value, "a point");
    const after = whole(number(point, "tsOffset"), -horizon.send, horizon.send);
    return { x: pixels(number(point, "x")), y: pixels(number(point, "y")), after };
  });
  const parts: Part[] = [];
  for (let i = 0; i < points.length; i += pointsAtOnce) {
    const [first = { x: 0, y: 0, after: 0 }, ...rest] = points.slice(i, i + pointsAtOnce);
    const path = [first.x, first.y];
    let before = first;
    for (const point of rest) {
      path.push(point.after - before.after, point.x - before.x, point.y - before.y);
      before = point;
    }
    parts.push(...one({ type: "move", path }, { after: first.after, dh: first.y }));
  }
  return parts;
}

/**
 * heat-sdk's `div#menu > ul.list > li` as an anchor. Its steps have no numbers, so that only an id finds its element again;
 * other presses are drawn where they happened on the page.
 */
function anchorOf(selector: unknown): string {
  if (selector === undefined || selector === null) return "";
  if (typeof selector !== "string") throw new FieldFault("selector must be a string");
  const steps = selector.split(" > ").map((step) => step.replace(/[\s%>]/g, encodeURIComponent));
  return steps
    .join(">")
    .replace(/^[^#>]*#/, "#")
    .slice(0, limits.anchor);
}

function choice(from: Fields, name: string, choices: readonly string[]): string {
  const value = from[name];
  if (typeof value !== "string" || !choices.includes(value))
    throw new FieldFault(`${name} must be one of ${choices.join(", ")}`);
  return value;
}

function emptyless(from: Fields, name: string): Fields | undefined {
  const value = optionalFields(from, name);
  return value && Object.keys(value).length > 0 ? value : undefined;
}
