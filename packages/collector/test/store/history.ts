import type { Edge, Event, Page, SealedBatch } from "@isotherm/protocol";
import { pageOf } from "@isotherm/protocol/fixtures";
import { localDay } from "@isotherm/protocol/seal";
import fc from "fast-check";

/** What a made-up visitor does next, and how long after. */
interface Step {
  readonly after: number;
  readonly tab: number;
  readonly act:
    | "page"
    | "click"
    | "custom"
    | "passive"
    | "goal"
    | "scroll"
    | "move"
    | "attention"
    | "vital"
    | "dead"
    | "error"
    | "input";
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly element: number;
  /** Goes into the batch before, where that is still of the same page view and young. */
  readonly same: boolean;
  readonly wide: boolean;
}

interface Person {
  /** Agrees to be known again before this step; 0 is from the start. */
  readonly storedAt: number;
  readonly robot: boolean;
  readonly agent: number;
  readonly source: number;
  readonly identifiedAt: number;
  readonly begins: number;
  readonly steps: readonly Step[];
}

export const historyZone = "Europe/Paris";
export const historyPages = ["/", "/pricing", "/docs/start"] as const;
const sources = ["", "?utm_source=google&utm_medium=cpc&utm_campaign=spring", "?ref=news.ycombinator.com"];
const agents = [
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
];
const plans = ["free", "pro", "Pro max"];
const inputActs = ["focus", "change", "blur", "submit"];
const minute = 60_000;
/** Friday evening in Paris, so that visits run over midnight. */
export const historyStart: number = Date.UTC(2026, 10, 20, 20, 30);

const step: fc.Arbitrary<Step> = fc.record({
  after: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 50, max: 4 * minute }) },
    { weight: 2, arbitrary: fc.integer({ min: 28 * minute, max: 32 * minute }) },
    { weight: 1, arbitrary: fc.integer({ min: 2 * 60 * minute, max: 20 * 60 * minute }) },
  ),
  tab: fc.nat({ max: 1 }),
  act: fc.constantFrom(
    "page",
    "page",
    "click",
    "click",
    "custom",
    "passive",
    "goal",
    "scroll",
    "move",
    "attention",
    "vital",
    "dead",
    "error",
    "input",
  ),
  page: fc.nat({ max: historyPages.length - 1 }),
  x: fc.nat({ max: 1_279 }),
  y: fc.nat({ max: 4_100 }),
  element: fc.nat({ max: 4 }),
  same: fc.boolean(),
  wide: fc.boolean(),
});

const person: fc.Arbitrary<Person> = fc.record({
  storedAt: fc.constantFrom(0, 0, 3, 8, 99),
  robot: fc.nat({ max: 9 }).map((n) => n === 0),
  agent: fc.nat({ max: 1 }),
  source: fc.nat({ max: 2 }),
  identifiedAt: fc.nat({ max: 20 }),
  begins: fc.integer({ min: 0, max: 5 * 60 * minute }),
  steps: fc.array(step, { minLength: 1, maxLength: 25 }),
});

/** Batches as an SDK makes them: a page view first, at most seconds long, numbered per tab; every time of a visitor differs. */
export const histories: fc.Arbitrary<readonly SealedBatch[]> = fc
  .array(person, { minLength: 1, maxLength: 4 })
  .map((people) => people.flatMap(batchesOf));

interface Tab {
  readonly name: string;
  view: string;
  page: Page | null;
  clicks: number;
  seq: number;
  lastActivity: number;
}

interface Draft extends Omit<SealedBatch, "events"> {
  readonly events: Event[];
}

function batchesOf(
  { storedAt, robot, agent, source, identifiedAt, begins, steps }: Person,
  who: number,
): SealedBatch[] {
  const drafts: Draft[] = [];
  const tabs = [0, 1].map(
    (n): Tab => ({ name: `tab-${who}-${n}`, view: "", page: null, clicks: 0, seq: 0, lastActivity: 0 }),
  );
  let at = historyStart + begins;
  let views = 0;

  const emit = (tab: Tab, event: Event, index: number, fresh: boolean): void => {
    const open = drafts.at(-1);
    const stored = index >= storedAt;
    const page = tab.page;
    if (!page) return;
    const t = open ? at - open.at : 0;
    if (
      !fresh &&
      open &&
      open.tab === tab.name &&
      open.page.id === page.id &&
      index !== storedAt &&
      t < 4_000 &&
      day(at) === day(open.at)
    ) {
      open.events.push({ ...event, t });
      return;
    }
    drafts.push({
      id: idOf(who, drafts.length),
      tab: tab.name,
      seq: tab.seq++,
      at,
      ...(stored && { visitor: `stored-${who}` }),
      ...(index >= identifiedAt && { user: `user-${who % 2}` }),
      consent: stored ? "granted" : "unset",
      page,
      sdk: "1.0.0",
      events: [{ ...event, t: 0 }],
      edge: edgeAt(at, who, agents[agent] ?? ""),
    });
  };
  const open = (tab: Tab, path: string, nav: Page["nav"], wide: boolean): void => {
    tab.view = `view-${views++}`;
    tab.clicks = 0;
    tab.page = pageOf({
      id: tab.view,
      url: `https://shop.example${path}${views === 1 ? (sources[source] ?? "") : ""}`,
      referrer: views === 1 && source === 0 ? "https://www.bing.com/" : "https://shop.example/",
      title: `Title of ${path}`,
      nav,
      vw: wide ? 1_280 : 800,
      dw: wide ? 1_280 : 800,
      ...(robot && { webdriver: true }),
    });
  };

  steps.forEach((step, index) => {
    at += step.after + 1;
    const tab = tabs[step.tab] as Tab;
    const path = historyPages[step.page] ?? "/";
    const active = ["page", "click", "custom", "goal", "input"].includes(step.act);
    if (step.act === "page" || !tab.page) {
      open(tab, path, "load", step.wide);
      emit(tab, { type: "page", t: 0 }, index, true);
      tab.lastActivity = at;
      if (step.act === "page") return;
      at += 7;
    } else if (active && at - tab.lastActivity > 30 * minute) {
      open(tab, new URL(tab.page.url).pathname, "resume", step.wide);
      emit(tab, { type: "page", t: 0 }, index, true);
      at += 3;
    }
    if (active) tab.lastActivity = at;
    emit(tab, eventOf(step, tab), index, !step.same);
  });
  return drafts;
}

function eventOf({ act, x, y, element }: Step, tab: Tab): Event {
  const t = 0;
  switch (act) {
    case "click":
      return {
        ...{ type: "click", t, n: tab.clicks++, x: Math.min(x, (tab.page?.dw ?? 1) - 1), y },
        ...{ el: `#e${element} a|e${element}|link`, ex: (x * 25) % 32_768, ey: (y * 7) % 32_768 },
        ...(element === 3 && { fixed: true }),
        ...(element === 4 && { rage: true }),
      };
    case "custom":
    case "passive":
      return {
        ...{ type: "custom", t, name: `event-${element}`, ...(act === "passive" && { passive: true }) },
        ...(element > 0 && {
          props: { plan: plans[x % 3] as string, tags: [`t${y % 3}`, `t${x % 2}`], seats: element },
        }),
      };
    case "goal":
      return {
        ...{ type: "goal", t, name: x % 4 === 0 ? "signup" : "purchase" },
        ...(element > 0 && { value: x, currency: element === 1 ? "USD" : "EUR" }),
      };
    case "error":
      return { type: "error", t, message: `fault ${element}` };
    case "input":
      return { type: "input", t, el: `#f${element % 3} f${element % 3}`, act: inputActs[x % 4] as "focus" };
    case "scroll":
      return { type: "scroll", t, path: [0, 100, y], max: y % 1_001 };
    case "move":
      return { type: "move", t, path: [x % 800, y, 50, 3, 40, 50, -2, 30] };
    case "attention":
      return {
        type: "attention",
        t,
        bands: [
          [y % 40, x + 1],
          [(y % 40) + 1, 10],
        ],
        engaged: x + 1,
      };
    case "dead":
      return { type: "dead", t, of: Math.max(0, tab.clicks - 1) };
    default:
      return { type: "vital", t, name: element === 0 ? "CLS" : "LCP", value: y, rating: "good" };
  }
}

function edgeAt(at: number, who: number, ua: string): Edge {
  const today = day(at);
  const yesterday = day(at - 4 * 60 * minute);
  return {
    ...{
      at: at + 200,
      skew: 0,
      visitor: `daily-${who}-${today}`,
      salt: today,
      ua,
      host: "shop.example",
      country: "FR",
    },
    ...(yesterday !== today && { previous: `daily-${who}-${yesterday}` }),
  };
}

function day(at: number): string {
  return localDay(at, historyZone);
}

function idOf(who: number, index: number): string {
  return `0193f0a0-${String(who).padStart(4, "0")}-7000-8000-${String(index).padStart(12, "0")}`;
}

/** One batch or several of them twice, in any order, cut into chunks anywhere. */
export const shuffled = <Item>(items: readonly Item[]): fc.Arbitrary<readonly (readonly Item[])[]> =>
  fc
    .tuple(
      fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length }),
      fc.subarray([...items]),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 10 }),
    )
    .map(([order, again, sizes]) => {
      const all = [...order, ...again];
      const chunks: Item[][] = [];
      for (let from = 0, turn = 0; from < all.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        chunks.push(all.slice(from, from + size));
        from += size;
      }
      return chunks;
    });
