import { uuidv7 } from "@isotherm/protocol";

const atOnce = 50;
const pagesPerVisit = 4;
const pages = 40;
const elements = 30;
const pointsPerMove = 10;
const viewport = { width: 1_440, height: 900 };
const documentHeight = 5_200;
const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";

/** Events in every batch: a page view, 4 clicks, 5 moves of 10 points, 6 scrolls and 4 custom events. */
export const eventsPerBatch = 20;
/** Rows that a store which keeps one row for each point of a move makes of a batch. */
export const rowsPerBatch = 15 + 5 * pointsPerMove;

const dayLength = 86_400_000;

/**
 * What visitors do on their pages, told in no wire format: `count` page views with 20 events each, by visitors of whom 50
 * are there at once and who see 4 pages each; the first of them has the number `from`. They are the page views from the
 * number `first` on of `all`, which come over `days` days. The same every time, but for ids and times.
 */
export function visits({ count, from = 0, days = 1, first = 0, all = count }) {
  const now = Date.now();
  const random = randomOf(1);
  const whole = (below) => Math.floor(random() * below);
  const tabs = new Map();
  return Array.from({ length: count }, (_, index) => {
    const group = Math.floor(index / (atOnce * pagesPerVisit));
    const number = Math.floor((index % (atOnce * pagesPerVisit)) / atOnce);
    const visitor = from + group * atOnce + (index % atOnce);
    const daysAgo = days - 1 - Math.floor(((first + index) / all) * days);
    // Squared, so that some pages are seen far more often than others.
    const page = Math.floor(random() ** 2 * pages);
    const at = now - daysAgo * dayLength - 60_000 + number * 8_000;
    const tab = tabs.get(visitor) ?? uuidv7(at);
    tabs.set(visitor, tab);
    const point = () => ({ x: whole(viewport.width), y: whole(documentHeight) });
    const events = [
      { type: "page", t: 0 },
      ...Array.from({ length: 4 }, (_, n) => ({
        type: "click",
        t: 900 + n * 1_100,
        n,
        ...point(),
        element: whole(elements),
      })),
      ...Array.from({ length: 5 }, (_, n) => ({
        type: "move",
        t: 300 + n * 800,
        start: point(),
        steps: Array.from({ length: pointsPerMove - 1 }, () => ({ dt: 80, dx: whole(120) - 60, dy: whole(120) - 60 })),
      })),
      ...Array.from({ length: 6 }, (_, n) => ({ type: "scroll", t: 500 + n * 700, top: whole(documentHeight - 900) })),
      ...Array.from({ length: 4 }, (_, n) => ({
        type: "custom",
        t: 700 + n * 1_000,
        name: `step ${whole(12)}`,
        plan: whole(3),
      })),
    ];
    return {
      id: uuidv7(now),
      visitor,
      // Documentation's own addresses and those of benchmarks: 198.18.0.0/15 holds more visitors than a run has.
      address: `198.${18 + ((visitor >> 16) & 1)}.${(visitor >> 8) & 255}.${visitor & 255}`,
      number,
      at,
      tab,
      view: uuidv7(at),
      path: `/shop/page-${page}`,
      agent,
      viewport,
      documentHeight,
      events: events.sort((a, b) => a.t - b.t),
    };
  });
}

/** How many visitors so many page views have. */
export const visitorsOf = (count) => Math.ceil(count / (atOnce * pagesPerVisit)) * atOnce;

/** Mulberry32 by Tommy Ettinger: small, and the same on every machine. */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
