import type { Filter } from "@isotherm/protocol";
import { type Dimension, type FunnelStep, type HeatKind, type SessionRow, widthClasses } from "@isotherm/protocol";
import type { ReadCore } from "../../src/store/sql/core.js";
import { historyPages } from "./history.js";

export const dimensions: readonly Dimension[] = [
  ...(["page", "entry", "exit", "source", "medium", "campaign", "term", "content", "channel", "referrer"] as const),
  ...(["device", "vendor", "model", "browser", "browserVersion", "system", "systemVersion"] as const),
  ...(["country", "eu", "region", "city", "timeZone", "network", "org", "asn", "language", "event"] as const),
];
const kinds: readonly HeatKind[] = ["click", "rage", "dead", "move", "scroll", "attention"];

/** What every question asks about. */
export const wholeRange = { from: "2026-11-19", to: "2026-12-24" };
const now = Date.UTC(2026, 11, 24, 12);

/** Every visit of people, oldest first. */
export function allVisits(read: ReadCore, filters: readonly Filter[] = []): readonly SessionRow[] {
  const found: SessionRow[] = [];
  let cursor: string | null = null;
  do {
    const answer = read.sessions({ site: "shop", range: wholeRange, filters, now, limit: 3, cursor });
    found.push(...answer.sessions);
    cursor = answer.next ?? null;
  } while (cursor !== null);
  return found.sort((a, b) => a.start - b.start || (a.visitor < b.visitor ? -1 : 1));
}

/** What visitors did, but for how fresh it is. */
function behaviour(read: ReadCore, filters: readonly Filter[]): object {
  const query = { site: "shop", range: wholeRange, filters, now };
  const list = { ...query, search: "", limit: 100, cursor: null };
  const answers = {
    events: read.events({ ...list, type: null, sort: "count" }),
    keys: read.properties({ ...list, event: null, key: null, sort: "count" }),
    plans: read.properties({ ...list, event: "event-1", key: "plan", sort: "visitors" }),
    goals: read.goals({ ...list, sort: "conversions" }),
    funnel: read.funnel({ ...query, steps: historySteps, window: 1 }),
    retention: read.retention({ ...query, interval: "day" }),
    journeys: read.journeys({ ...query, page: "/pricing", limit: 10 }),
    vitals: read.vitals(list),
    errors: read.errors({ ...list, sort: "last" }),
    forms: read.forms({ ...list, page: null }),
  };
  return Object.fromEntries(Object.entries(answers).map(([name, { asOf, ...answer }]) => [name, answer]));
}

/** Steps that random histories take now and then. */
export const historySteps: readonly FunnelStep[] = [
  ["page", "/*"],
  ["event", "event-1"],
  ["page", "/pricing"],
  ["goal", "purchase"],
];

/** Everything that can be asked, in a form that can be compared; only counts of copies are left out. */
export function dump(read: ReadCore, filters: readonly Filter[] = []): object {
  const query = { site: "shop", range: wholeRange, filters, now };
  const { duplicates, asOf, ...delivery } = read.delivery(query);
  const visits = allVisits(read, filters);
  return {
    summary: read.summary(query),
    days: read.series({ ...query, metric: "visitors", interval: "day" }).points.filter(({ value }) => value > 0),
    hours: read.series({ ...query, metric: "pageViews", interval: "hour" }).points.filter(({ value }) => value > 0),
    breakdowns: dimensions.map((dimension) =>
      read.breakdown({ ...query, dimension, search: "", sort: "visits", limit: 1_000, cursor: null }),
    ),
    bots: read.bots(query).rows,
    ...behaviour(read, filters),
    pages: read.pages({ ...query, limit: 100 }).pages,
    heat: historyPages.flatMap((page) =>
      kinds.flatMap((kind) =>
        [null, ...widthClasses.slice(2, 5)].map((bucket) => read.heatmap({ ...query, page, kind, bucket })),
      ),
    ),
    visits,
    timelines: visits.map(({ id }) => {
      const { session, pageViews, timeline } = read.session({ id });
      return { session, pageViews, timeline };
    }),
    delivery,
  };
}
