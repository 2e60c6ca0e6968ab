import { createHash } from "node:crypto";
import { uuidv7 } from "@isotherm/protocol";
import { hotPage, pickPage, pickSource, site } from "./world.mjs";

const perBatch = 20;
const second = 1_000;
/** A visit that a machine or a person makes is over by then; so no two visits of one person run into each other. */
export const longestVisit = 50 * 60 * second;

const names = ["cta_seen", "video_played", "form_opened", "plan_chosen", "search", "download", "share", "filter_used"];

/**
 * One visit: its batches in the order in which they were frozen, and what it adds to the totals.
 *
 * @param {ReturnType<import("./chance.mjs").chance>} random
 * @param {{ number: number, person: object, day: string, start: number }} visit
 */
export function visitOf(random, { number, person, day, start }) {
  const { device } = person;
  const source = pickSource(random);
  const tab = `tab-${number.toString(36)}`;
  const daily = createHash("sha256").update(`${day} ${person.number}`).digest("base64url").slice(0, 22);
  const edge = {
    ...{ skew: 0, visitor: daily, salt: day, ua: device.ua, lang: `${person.language},en;q=0.8` },
    ...{ country: person.country, host: "bench.example", relay: "relay" },
  };
  const facts = { source: source.source, views: 0, clicks: 0, customs: 0, hotViews: 0, hotClicks: 0, events: 0 };
  const batches = [];
  const viewsOfVisit = random.yes(0.4) ? 1 : random.whole(2, 8);
  let at = start;
  let seq = 0;
  let previous = source.referrer;
  for (let view = 0; view < viewsOfVisit; view++) {
    const model = pickPage(random, view === 0);
    const search = view === 0 ? source.search : "";
    const url = `${site.origins[0]}${model.path}${search}`;
    const narrow = device.vw < 700;
    const page = {
      ...{ id: `${tab}-${view}`, url, referrer: previous, title: model.title, nav: view === 0 ? "load" : "push" },
      ...{
        vw: device.vw,
        vh: device.vh,
        dw: device.vw,
        dh: Math.round(model.height * (narrow ? 1.7 : 1)) + random.whole(0, 6) * 20,
      },
      ...{ sw: device.sw, sh: device.sh, dpr: device.dpr, lang: person.language, tz: site.timeZone },
      ...(device.touch && { touch: true }),
    };
    previous = url;
    const dwell = random.whole(8, 180) * second;
    const { events, clicks, customs } = eventsOf(random, model, page, dwell);
    facts.views++;
    facts.clicks += clicks;
    facts.customs += customs;
    facts.events += events.length;
    if (model.path === hotPage) {
      facts.hotViews++;
      facts.hotClicks += clicks;
    }
    for (let from = 0; from < events.length; from += perBatch) {
      const own = events.slice(from, from + perBatch);
      const [first] = own;
      const last = own.at(-1);
      const begins = at + first.t;
      batches.push({
        ...{ id: uuidv7(begins, random.bytes(10)), tab, seq: seq++, at: begins },
        ...(person.visitor && { visitor: person.visitor }),
        ...(person.user && { user: person.user }),
        ...{ consent: person.visitor ? "granted" : "unset", page, sdk: "1.0.0" },
        events: own.map((event) => ({ ...event, t: event.t - first.t })),
        edge: { ...edge, at: at + last.t + random.whole(40, 900) },
      });
    }
    // About one batch in two hundred never arrives.
    if (random.yes(0.005)) seq++;
    at += dwell + random.whole(1, 4) * second;
    if (at - start > longestVisit - 200 * second) break;
  }
  const end = batches.at(-1);
  if (random.yes(0.93)) end.last = true;
  return { batches, facts };
}

/** What happens on one page, oldest first. */
function eventsOf(random, model, page, dwell) {
  const drafts = [];
  const add = (t, event) => drafts.push({ ...event, t });
  const some = (most) => random.whole(0, most);
  const moment = () => random.whole(300, dwell - 200);
  if (page.nav === "load") {
    add(random.whole(40, 250), { type: "vital", name: "LCP", value: random.whole(600, 4_200), rating: "good" });
  }
  for (let n = some(page.touch ? 7 : 15); n > 0; n--) add(moment(), trail(random, page));
  let deepest = Math.round((page.vh / page.dh) * 1_000);
  const scrolls = Array.from({ length: some(8) }, moment).sort((a, b) => a - b);
  for (const t of scrolls) {
    deepest = Math.min(1_000, deepest + random.whole(10, 160));
    const y = Math.round((page.dh * deepest) / 1_000);
    add(t, { type: "scroll", path: [y, 80, random.whole(60, 400), 90, random.whole(20, 200)], max: deepest });
  }
  for (let n = some(4); n > 0; n--) {
    const top = some(Math.floor(page.dh / 100) - 8);
    const bands = Array.from({ length: 7 }, (_, band) => [top + band, random.whole(400, 4_000)]);
    add(moment(), { type: "attention", bands, engaged: random.whole(500, 5_000) });
  }
  const customs = random.yes(0.3) ? random.whole(1, 2) : 0;
  for (let n = 0; n < customs; n++) {
    add(moment(), {
      type: "custom",
      name: random.pick(names),
      props: { plan: random.pick(["free", "pro"]), seats: some(20) },
    });
  }
  const presses = Array.from({ length: some(3) }, moment).sort((a, b) => a - b);
  presses.forEach((t, n) => {
    add(t, click(random, model, page, n));
    if (random.yes(0.03)) add(t + 2_600, { type: "dead", of: n });
  });
  const events = drafts.sort((a, b) => a.t - b.t).map(({ t, ...event }) => ({ type: event.type, t, ...event }));
  return { events: [{ type: "page", t: 0 }, ...events], clicks: presses.length, customs };
}

function click(random, model, page, n) {
  const { el, fixed, left, top, width, height, out } = model.pickElement(random);
  const ex = Math.min(32_767, Math.max(0, Math.round(random.about(16_384, 7_000))));
  const ey = Math.min(32_767, Math.max(0, Math.round(random.about(16_384, 8_000))));
  const scale = page.dw / 1_000;
  const x = Math.round((left + (width * ex) / 32_768) * scale);
  const y = Math.round((fixed ? top : (top / model.height) * page.dh) + (height * ey) / 32_768);
  const rage = random.yes(0.015);
  return { type: "click", n, x, y, el, ex, ey, ...(fixed && { fixed }), ...(rage && { rage }), ...(out && { out }) };
}

/** A hand speeds up, bends and slows down: each step is like the one before. */
function trail(random, page) {
  const path = [random.whole(0, page.dw - 1), random.whole(0, page.dh - 1)];
  let [dx, dy] = [random.about(0, 22), random.about(0, 12)];
  for (let n = random.whole(4, 22); n > 0; n--) {
    dx = dx * 0.85 + random.about(0, 7);
    dy = dy * 0.85 + random.about(0, 4);
    path.push(50, Math.round(dx), Math.round(dy));
  }
  return { type: "move", path };
}
