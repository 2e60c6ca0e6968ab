import { dayText } from "./schedule.mjs";
import { hotPage, site } from "./world.mjs";

const dimensions = [
  ...["page", "entry", "exit", "source", "medium", "campaign", "term", "content", "channel", "referrer"],
  ...["device", "browser", "system", "country", "language", "event"],
];
const metrics = ["visitors", "visits", "pageViews", "viewsPerVisit", "bounceRate", "visitDuration"];
const kinds = ["click", "rage", "dead", "move", "scroll", "attention"];
const widths = ["0", "1280", "1536", "common"];

/** A value of each dimension that many visits have: the more fit, the more there is to add up. */
export const filters = {
  none: [],
  country: [["is", "country", ["DE"]]],
  source: [["is", "source", ["Google"]]],
  device: [["is", "device", ["mobile"]]],
  browser: [["is", "browser", ["Chrome"]]],
  channel: [["is_not", "channel", ["Direct"]]],
  entry: [["contains", "entry", ["/docs/"]]],
  page: [["is", "page", [hotPage]]],
  event: [["is", "event", ["download"]]],
  rare: [
    ["is", "country", ["JP"]],
    ["is", "source", ["newsletter"]],
  ],
};
const everyFilter = Object.keys(filters).filter((name) => name !== "none");

const periods = { day: { from: 0, to: 0 }, "7d": { from: 6, to: 0 }, "30d": { from: 29, to: 0 } };

/** The address of a question about a period. */
export function addressOf(route, period, filter, rest = {}) {
  const { from, to } = periods[period];
  const query = new URLSearchParams({ from: dayText(from), to: dayText(to), ...rest });
  if (filters[filter].length > 0) query.set("filters", JSON.stringify(filters[filter]));
  return `/v1/sites/${site.id}/${route}?${query}`;
}

/** The goals of the design, in milliseconds for 95 of 100 answers. */
const goals = { dashboard: 50, filtered: 250, heat: 10 };

/**
 * What is measured, one row of the table each: questions of one kind, asked by turns.
 *
 * @param {{ next: string, visits: string[] }} known a cursor into the list of visits, and some visits' ids
 * @returns {{ name: string, goal: number, paths: string[] }[]}
 */
export function groups({ next, visits }) {
  const found = [];
  const add = (name, goal, paths) => found.push({ name, goal, paths });
  const every = (route, filter, choices) => (period) => choices.map((rest) => addressOf(route, period, filter, rest));
  const perDimension = dimensions.map((dimension) => ({ dimension }));
  for (const period of Object.keys(periods)) {
    add(`summary with comparison, ${period}`, goals.dashboard, [addressOf("summary", period, "none")]);
    const series = metrics.flatMap((metric) => ["day", "hour"].map((interval) => ({ metric, interval })));
    add(`series of each metric by day and hour, ${period}`, goals.dashboard, every("series", "none", series)(period));
    add(`breakdown by each dimension, ${period}`, goals.dashboard, every("breakdown", "none", perDimension)(period));
    add(`pages, ${period}`, goals.dashboard, [addressOf("pages", period, "none")]);
    add(`delivery, ${period}`, goals.dashboard, [addressOf("delivery", period, "none")]);
  }
  add("visits, the first page and one from the middle, 30d", goals.dashboard, [
    addressOf("sessions", "30d", "none"),
    addressOf("sessions", "30d", "none", { cursor: next }),
  ]);
  add(
    "timeline of a visit",
    goals.dashboard,
    visits.map((id) => `/v1/sessions/${id}`),
  );
  for (const kind of kinds) {
    const heat = [{ page: hotPage, kind }, ...widths.map((bucket) => ({ page: hotPage, kind, bucket }))];
    add(`heatmap of the hottest page: ${kind}, 30d`, goals.heat, every("heatmap", "none", heat)("30d"));
  }
  const filtered = (name, addresses) =>
    add(`${name}, filtered by each dimension`, goals.filtered, everyFilter.flatMap(addresses));
  for (const period of ["7d", "30d"]) {
    filtered(`summary, ${period}`, (filter) => [addressOf("summary", period, filter)]);
    filtered(`series by day and hour, ${period}`, (filter) =>
      ["day", "hour"].map((interval) => addressOf("series", period, filter, { interval })),
    );
    filtered(`breakdown by page, source and event, ${period}`, (filter) =>
      ["page", "source", "event"].map((dimension) => addressOf("breakdown", period, filter, { dimension })),
    );
  }
  filtered("pages, 30d", (filter) => [addressOf("pages", "30d", filter)]);
  filtered("visits, the first page and one from the middle, 30d", (filter) => [
    addressOf("sessions", "30d", filter),
    addressOf("sessions", "30d", filter, { cursor: next }),
  ]);
  for (const kind of kinds) {
    filtered(`heatmap of the hottest page: ${kind}, 30d`, (filter) => [
      addressOf("heatmap", "30d", filter, { page: hotPage, kind }),
      addressOf("heatmap", "30d", filter, { page: hotPage, kind, bucket: "common" }),
    ]);
  }
  return found;
}
