import { type Batch, type Navigation, uuidv7 } from "@isotherm/protocol";
import type { Arrival } from "./arrivals.js";
import type { Chance } from "./chance.js";
import { type DemoElement, type DemoLayout, type DemoPage, type DemoSize, sizeOf } from "./layout.js";
import { nearness, pageActions } from "./page-view.js";
import type { Person } from "./people.js";

/** One visit, as the SDK would have sent it, with what its maker knows about it. */
export interface DemoVisit {
  readonly person: Person;
  readonly arrival: Arrival;
  /** First event, and the end of the last page view, in ms since 1970. */
  readonly start: number;
  readonly end: number;
  /** First to last activity, in ms. */
  readonly duration: number;
  readonly batches: readonly Batch[];
}

/** Where the site is said to be. */
export const demoOrigin = "https://harbour.example";

const sdk = "1.0.0";

/** Makes the visit of a person who came some way at some time. */
export function visit(
  dice: Chance,
  layout: DemoLayout,
  options: { readonly person: Person; readonly arrival: Arrival; readonly start: number },
): DemoVisit {
  const { person, arrival, start } = options;
  const { device } = person;
  const batches: Batch[] = [];
  let at = start;
  let lastActivity = start;
  let tab = dice.word(12);
  let seq = 0;
  let came: { readonly nav: Navigation; readonly referrer?: string } = {
    nav: "load",
    ...(arrival.referrer === undefined ? {} : { referrer: arrival.referrer }),
  };
  let page: DemoPage | undefined = pageAt(layout, dice.weighted(arrival.landing, ([, weight]) => weight)[0]);
  let query = arrival.query === undefined ? "" : `?${arrival.query}`;
  while (page !== undefined) {
    const size = sizeOf(page, device.vw);
    const stays = batches.length === 0 ? arrival.stays : 0.55;
    const leaveBy = batches.length < 12 && dice.yes(stays) ? wayOn(dice, layout, page, size) : undefined;
    const next = leaveBy === undefined ? undefined : pageAt(layout, leaveBy.to ?? "");
    const dwell = stayLength(dice, page, next !== undefined);
    const converts = page.path === "/pricing" && batches.length > 0 && dice.yes(0.11);
    const { events, lastActivity: acted } = pageActions(dice, size, {
      dwell,
      leaveBy,
      converts,
      touch: device.touch,
      origin: demoOrigin,
    });
    // The guide changes chapters softly, in one run of the SDK; every other way is a load, which begins another.
    const soft = next !== undefined && page.path.startsWith("/docs") && next.path.startsWith("/docs");
    const url = demoOrigin + page.path + query;
    batches.push({
      id: uuidv7(at, dice.bytes(10)),
      tab,
      seq,
      ...(soft || dice.yes(0.04) ? {} : { last: true }),
      at,
      consent: "unset",
      page: {
        id: dice.word(12),
        url,
        ...(came.referrer === undefined ? {} : { referrer: came.referrer }),
        title: page.title,
        nav: came.nav,
        vw: device.vw,
        vh: size.vh,
        dw: size.dw,
        dh: size.dh,
        sw: device.sw,
        sh: device.sh,
        dpr: device.dpr,
        lang: person.lang,
        tz: person.tz,
        touch: device.touch,
      },
      sdk,
      events,
    });
    lastActivity = at + acted;
    at += Math.max(dwell, ...events.map((event) => event.t)) + dice.whole(120, 900);
    if (soft) seq += 1;
    else {
      tab = dice.word(12);
      seq = 0;
    }
    came = { nav: soft ? "push" : "load", referrer: demoOrigin + page.path };
    query = "";
    page = next;
  }
  return { person, arrival, start, end: at, duration: lastActivity - start, batches };
}

/** What somebody presses to go on, rather in the page than in its frame; undefined when they find nothing. */
function wayOn(dice: Chance, layout: DemoLayout, page: DemoPage, { elements, dh }: DemoSize): DemoElement | undefined {
  const ways = elements.filter(
    ({ to }) => to !== undefined && pageAt(layout, to) !== undefined && pathOf(to) !== page.path,
  );
  if (ways.length === 0) return undefined;
  const weight = ({ fixed, el }: DemoElement): number =>
    fixed ? 1.5 : el.includes("footer") ? 0.5 : el.includes(".button") ? 6 : 2;
  return dice.weighted(ways, (one) => weight(one) * nearness(one, dh));
}

function stayLength(dice: Chance, page: DemoPage, goesOn: boolean): number {
  const seconds = page.path.startsWith("/stories") ? 95 : page.path === "/pricing" ? 48 : 34;
  return Math.round(1_000 * Math.max(3, dice.about(seconds, seconds * 0.55) * (goesOn ? 1 : 0.7)));
}

function pathOf(to: string): string {
  return to.split("#", 1)[0] ?? "";
}

function pageAt(layout: DemoLayout, to: string): DemoPage | undefined {
  const path = pathOf(to);
  return layout.pages.find((page) => page.path === path);
}
