import { type Batch, type Event, type Page, uuidv7 } from "@isotherm/protocol";
import { batchOf, pageOf } from "@isotherm/protocol/fixtures";
import { chance } from "../kit/chance.js";

/** Where all pages lie, whichever system they are sent to. */
export const shop = "https://shop.example";
/** Paths of its pages. */
export const paths = ["/", "/pricing", "/docs/start"] as const;

const minute = 60_000;
const day = 1_440 * minute;
/** Batches after which a visitor that can be known again asks to be forgotten. */
const known = 150;

interface Tab {
  page: Page;
  clicks: number;
  views: number;
  seq: number;
}

/**
 * Visitors of a shop for a load: each in two tabs, over several pages and days, pressing, scrolling, pointing, leaving and
 * coming back. Every second one can be known again; every fourth says who it is. What they do follows from the seed alone.
 */
export function visits(seed: number, now: number): (visitor: number, turn: number) => Batch {
  const people = new Map<number, (turn: number) => Batch>();
  return (visitor, turn) => {
    const person = people.get(visitor) ?? visitorOf(visitor, chance(seed * 1_000 + visitor), now - 9 * day);
    people.set(visitor, person);
    return person(turn);
  };
}

function visitorOf(visitor: number, random: () => number, begin: number): (turn: number) => Batch {
  const below = (bound: number): number => Math.floor(random() * bound);
  const wide = visitor % 3 === 0;
  const width = wide ? 1_440 : 1_000;
  const viewOf = (tab: number, view: number): Page =>
    pageOf({
      id: `view-${view}`,
      url: `${shop}${paths[below(paths.length)]}${view === 0 && tab === 0 ? "?utm_source=letter&utm_medium=email" : ""}`,
      referrer: view === 0 ? "https://www.bing.com/" : `${shop}/`,
      nav: view === 0 ? "load" : "push",
      vw: width,
      dw: width,
    });
  const tabs = [0, 1].map((tab): Tab => ({ page: viewOf(tab, 0), clicks: 0, views: 0, seq: 0 }));
  let at = begin;

  const press = (tab: Tab, t: number, x: number, y: number): Event => {
    const e = below(5);
    const place = { x, y, el: `#e${e} a|e${e}|link`, ex: below(32_768), ey: below(32_768) };
    return { type: "click", t, n: tab.clicks++, ...place, ...(e === 4 && { rage: true }) };
  };
  const event = (tab: Tab, t: number): Event => {
    const [x, y] = [below(width), below(4_000)];
    switch (below(10)) {
      case 0:
        return { type: "scroll", t, path: [0, 100, y], max: below(1_001) };
      case 1:
        return { type: "move", t, path: [x, y, 50, 3, 40, 50, -2, 30] };
      case 2:
        return { type: "attention", t, bands: [[below(30), 900 + below(100)]], engaged: 1_000 };
      case 3:
        return { type: "custom", t, name: `seen ${below(3)}`, passive: true };
      case 4:
        return { type: "custom", t, name: `step ${below(4)}`, props: { x } };
      case 5:
        return { type: "goal", t, name: "purchase", value: below(10_000) / 100, currency: "EUR" };
      case 6:
        return { type: "vital", t, name: "LCP", value: y, rating: "good" };
      case 7:
        return tab.clicks > 0 ? { type: "dead", t, of: tab.clicks - 1 } : press(tab, t, x, y);
      default:
        return press(tab, t, x, y);
    }
  };

  return (turn) => {
    const tab = tabs[turn % 2] as Tab;
    at += 2_000 + below(38_000) + (below(60) === 0 ? 31 * minute + below(minute) : 0);
    const identity = Math.floor(turn / known);
    const begins = tab.seq === 0 || below(5) === 0 || turn % known < 2;
    if (begins && tab.seq > 0) {
      tab.page = viewOf(turn % 2, ++tab.views);
      tab.clicks = 0;
    }
    const events = Array.from({ length: 1 + below(4) }, (_, n) => event(tab, 10 * (n + 1)));
    // A computer that slept: the batch falls into two visits.
    if (below(80) === 0) events.push(event(tab, 35 * minute));
    return batchOf({
      id: uuidv7(at),
      tab: `tab-${visitor}-${turn % 2}`,
      seq: tab.seq++,
      at,
      ...(visitor % 2 === 1 && { visitor: `stored-${visitor}-${identity}`, consent: "granted" }),
      ...(visitor % 4 === 1 && turn % known > 20 && { user: `user-${visitor}` }),
      page: tab.page,
      events: begins ? [{ type: "page", t: 0 }, ...events] : events,
    });
  };
}
