/** The page that most were on, and one that few were. */
const [hot, rare] = ["/shop/page-0", "/shop/page-39"];
const shop = "/v1/sites/shop";
const filter = (...conditions) => `filters=${encodeURIComponent(JSON.stringify(conditions))}`;

/** What heat-collector answers, and Isotherm in its shapes; `:id` stands for the project, which each names itself. */
const ofHeatCollector = [
  {
    name: "heatmap of the busiest page: clicks",
    path: `/api/projects/:id/heatmap?type=click&path=${hot}`,
    kind: "heatmap",
  },
  {
    name: "heatmap of the busiest page: moves",
    path: `/api/projects/:id/heatmap?type=move&path=${hot}`,
    kind: "heatmap",
  },
  {
    name: "clicks on a page, row by row",
    path: `/api/projects/:id/events?type=click&path=${rare}&limit=1000`,
    kind: "events",
  },
  {
    name: "sessions that began on a page",
    path: `/api/projects/:id/sessions?path=${rare}&limit=200`,
    kind: "sessions",
  },
  { name: "one session with its events", path: "/api/sessions/session-7?limit=500", kind: "session" },
];

/** What only Isotherm is asked, on each of its stores. */
const ofIsotherm = [
  { name: "summary", path: `${shop}/summary?period=30d` },
  { name: "summary of who saw a page", path: `${shop}/summary?period=30d&${filter(["is", "page", [hot]])}` },
  { name: "series by day", path: `${shop}/series?period=30d&interval=day` },
  { name: "breakdown by page", path: `${shop}/breakdown?period=30d&dimension=page` },
  { name: "breakdown by event", path: `${shop}/breakdown?period=30d&dimension=event` },
  { name: "pages", path: `${shop}/pages?period=30d` },
  { name: "heatmap: clicks", path: `${shop}/heatmap?period=30d&kind=click&page=${hot}` },
  {
    name: "heatmap: clicks of who pressed a step",
    path: `${shop}/heatmap?period=30d&kind=click&page=${hot}&${filter(["is", "event", ["step 1"]])}`,
  },
].map((question) => ({ ...question, kind: "own" }));

/** What is asked, one row of the table each. */
export const questions = [...ofHeatCollector, ...ofIsotherm];
