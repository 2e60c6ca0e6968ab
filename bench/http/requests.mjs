import { protocolVersion } from "@isotherm/protocol";

/** The key that every contender knows. */
export const key = "pk_benchmarks0000000000000000";
/** The site's address. */
export const origin = "https://shop.example";

/** Requests as browsers send them to Isotherm: one batch each, from the visitor's address behind a trusted proxy. */
export function isothermRequests(views) {
  return views.map((view) => ({
    path: "/v1/batches",
    headers: {
      "content-type": "text/plain",
      origin,
      "user-agent": view.agent,
      "accept-language": "en-GB,en;q=0.9",
      "x-forwarded-for": view.address,
    },
    body: Buffer.from(JSON.stringify({ v: protocolVersion, key, batches: [batchOf(view)] })),
  }));
}

function batchOf({ id, tab, view, number, at, path, viewport, documentHeight, events }) {
  return {
    id,
    tab,
    seq: number,
    at,
    consent: "unset",
    page: {
      id: view,
      url: `${origin}${path}`,
      referrer: "https://www.google.com/",
      title: `Shop ${path}`,
      nav: "load",
      ...{ vw: viewport.width, vh: viewport.height, dw: viewport.width, dh: documentHeight, sw: 1_920, sh: 1_080 },
      dpr: 2,
      lang: "en-GB",
      tz: "Europe/Paris",
      touch: false,
    },
    sdk: "1.0.0",
    events: events.map((event) => nativeEvent(event, viewport, documentHeight)),
  };
}

function nativeEvent(event, viewport, documentHeight) {
  const { type, t } = event;
  if (type === "click") {
    const { n, x, y, element } = event;
    const el = `main>section:nth-of-type(${element})>a button~buy-${element}`;
    return { type, t, n, x, y, el, ex: (x * 97) % 32_768, ey: (y * 89) % 32_768 };
  }
  if (type === "move") {
    const { start, steps } = event;
    return { type, t, path: [start.x, start.y, ...steps.flatMap(({ dt, dx, dy }) => [dt, dx, dy])] };
  }
  if (type === "scroll") {
    return { type, t, path: [event.top], max: depth(event.top, viewport, documentHeight) };
  }
  if (type === "custom") return { type, t, name: event.name, props: { plan: `plan ${event.plan}`, trial: true } };
  return { type, t };
}

/** The same views in the wire format of heat-sdk 0.2.6, which repeats viewport, device and agent in each event. */
export function heatRequests(views) {
  return views.map((view) => ({
    path: "/ingest",
    headers: { "content-type": "application/json", "x-project-key": key, "user-agent": view.agent },
    body: Buffer.from(JSON.stringify(heatPayload(view))),
  }));
}

function heatPayload(view) {
  const { id, visitor, at, path, agent, viewport, documentHeight, events } = view;
  const session = `session-${visitor}`;
  return {
    sdk: { name: "heat-sdk", version: "0.2.6" },
    session: { id: session, startedAt: at, lastSeenAt: at + events.at(-1).t },
    user: { id: `user-${visitor}` },
    events: events.map((event, index) => ({
      eventId: `${id}-${index}`,
      sessionId: session,
      ts: at + event.t,
      path,
      viewport: { w: viewport.width, h: viewport.height, dpr: 2 },
      device: { ua: agent, platform: "Linux x86_64", language: "en-GB" },
      ...heatEvent(event, path, viewport, documentHeight),
    })),
  };
}

function heatEvent(event, path, viewport, documentHeight) {
  switch (event.type) {
    case "page":
      return { type: "pageview", to: path };
    case "click":
      return { type: "click", x: event.x, y: event.y, selector: `a.buy-${event.element}`, button: 0 };
    case "move": {
      let [tsOffset, x, y] = [0, event.start.x, event.start.y];
      const points = [{ x, y, tsOffset }];
      for (const { dt, dx, dy } of event.steps) {
        [tsOffset, x, y] = [tsOffset + dt, x + dx, y + dy];
        points.push({ x, y, tsOffset });
      }
      return { type: "move", points };
    }
    case "scroll":
      return { type: "scroll", scrollY: event.top, scrollDepthPct: depth(event.top, viewport, documentHeight) / 10 };
    default:
      return { type: "custom", name: event.name, props: { plan: `plan ${event.plan}`, trial: true } };
  }
}

function depth(top, viewport, documentHeight) {
  return Math.round(((top + viewport.height) / documentHeight) * 1_000);
}
