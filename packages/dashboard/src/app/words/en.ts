import type { Metric } from "@isotherm/protocol";
import { compact, percent, whole } from "../format/number.js";
import type { Background, Kind, PeriodName } from "../state/view.js";

const plural = new Intl.PluralRules("en");
const count = (n: number, one: string, many: string): string =>
  `${whole(n)} ${plural.select(n) === "one" ? one : many}`;

const metricNames: { readonly [metric in Metric]: string } = {
  visitors: "Visitors",
  visits: "Visits",
  pageViews: "Page views",
  viewsPerVisit: "Views per visit",
  bounceRate: "Bounce rate",
  visitDuration: "Visit duration",
};

// The sentences of docs/definitions.md, short enough to read while pointing.
const metricMeanings: { readonly [metric in Metric]: string } = {
  visitors:
    "Distinct people, as far as we can tell without a cookie. A person is counted once per day, so over several days this is the sum of the days.",
  visits: "One person’s activity with pauses of at most 30 minutes. A visit is not split at midnight or by a campaign.",
  pageViews: "Every time a page was opened, reloads and repeats included.",
  viewsPerVisit: "Page views divided by visits.",
  bounceRate:
    "Visits with one page view and no goal or event of yours, divided by all visits. Clicks and scrolling do not end a bounce.",
  visitDuration:
    "From the first to the last activity of a visit, on average. Bounces count as 0 and are in the average.",
};

const periodNames: { readonly [period in PeriodName]: string } = {
  day: "Today",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  month: "This month",
};

const kindNames: { readonly [kind in Kind]: string } = { click: "Clicks", move: "Moves", scroll: "Scroll" };

const counted = (kind: Kind, n: number): string => {
  if (kind === "click") return count(n, "click", "clicks");
  if (kind === "move") return count(n, "pointer sample", "pointer samples");
  return count(n, "page view with a depth", "page views with a depth");
};

/** Every sentence of the interface, in English. */
export const en = {
  product: "Isotherm",
  metricNames,
  metricMeanings,
  periodNames,
  kindNames,
  counted,
  period: "Period",
  site: "Site",
  signOut: "Sign out",
  generated: "Generated visits",
  generatedHint: "These visits were made by the demo. No person is behind them.",
  current: (n: number): string => count(n, "current visitor", "current visitors"),
  currentHint: "Distinct visitors in the last five minutes.",
  loading: "Loading",
  numbers: "The six numbers",
  dismiss: "Dismiss",

  change: (difference: string, direction: number): string =>
    direction === 0 ? "unchanged" : `${difference} ${direction > 0 ? "more" : "less"}`,
  versus: (before: string, period: string): string => `${before} in the period before (${period})`,
  nothingBefore: "nothing to compare with in the period before",
  previous: (value: string): string => `before: ${value}`,

  chart: (metric: string, first: string, last: string): string => `${metric} from ${first} to ${last}`,
  chartHint: "Use the arrow keys to step through the points.",
  when: "When",
  incomplete: "still counting",

  pages: "Pages",
  searchPages: "Search pages",
  views: "Views",
  clicks: "Clicks",
  noPageFound: (search: string): string => `No page holds “${search}”.`,

  heatmap: "Heatmap",
  kind: "What to show",
  width: "Window width",
  commonWidth: (range: string | null): string => (range === null ? "Most common" : `Most common: ${range}`),
  allWidths: "All widths",
  widthViews: (range: string, views: number): string => `${range} (${count(views, "page view", "page views")})`,
  widthRange: (from: number, to: number | undefined): string => {
    if (from === 0) return `Below ${to} px`;
    return to === undefined ? `${from} px and up` : `${from} to ${to - 1} px`;
  },
  opacity: "Strength",
  summary: (kind: Kind, n: number, views: number): string =>
    kind === "scroll"
      ? `Scroll depth of ${whole(n)} of ${count(views, "page view", "page views")}`
      : `${counted(kind, n)} on ${count(views, "page view", "page views")}`,
  background: "Background",
  backgroundNames: { snapshot: "Page", none: "None" } as { readonly [background in Background]: string },
  snapshotOf: (page: string): string => `Snapshot of ${page}`,
  snapshotFrom: (day: string, width: number, height: number): string =>
    `Page as a visitor’s browser saw it on ${day}, ${whole(width)} × ${whole(height)} px`,
  snapshotNone:
    "No picture of this page in this width yet: it is asked for, and the next visitor’s browser will bring it.",
  snapshotNoneHint: "It takes the snapshots capture: check that the page’s snippet names it.",
  snapshotWidth: "Choose one window width to see the page behind its heat.",
  snapshotBroken: "The picture of this page cannot be shown.",
  placed: (element: number, position: number, not: number): string =>
    [`${percent(element)} by element`, `${percent(position)} by position`, `${percent(not)} not placed`].join(" · "),
  placedHint: "Clicks lie on their element where the picture has it, else at their place on the page.",
  sizeOf: (width: number, height: number): string => `Page of ${whole(width)} × ${whole(height)} px (median)`,
  outside: (kind: Kind, n: number): string =>
    `${counted(kind, n)} beyond the edges of the median page or window: counted, not drawn`,
  picture: (page: string): string => `Picture of ${page}, scrollable`,
  fold: (pixels: number): string => `Fold · ${whole(pixels)} px`,
  foldHint: "What is above this line shows without scrolling, in the median window.",
  stays: "Stays on screen",
  staysHint: "Sticky and fixed elements, at their place in the window",
  legend: (kind: Kind): string =>
    ({
      click: "Clicks around one spot",
      move: "Pointer samples around one spot",
      scroll: "Share of page views that got this far",
    })[kind],
  here: (kind: Kind, n: number, share: number): string => `${counted(kind, n)} · ${percent(share)}`,
  reached: (share: number, y: number): string => `${percent(share)} of views reached ${whole(y)} px`,
  mark: (share: number): string => `${percent(share)} got this far`,
  elements: "Most clicked elements",
  elementsHint: "Point at a row to see it in the picture.",
  areas: "Busiest areas",
  areaName: (side: "left" | "middle" | "right", top: number, bottom: number): string =>
    `${{ left: "Left", middle: "Middle", right: "Right" }[side]}, ${whole(top)} to ${whole(bottom)} px`,
  depths: "How far people scroll",
  depthName: (depth: number, y: number): string => `${percent(depth)} of the page (${whole(y)} px)`,
  rage: (n: number): string => `${compact(n)} rage`,
  dead: (n: number): string => `${compact(n)} dead`,
  rageHint: "Pressed three times or more in quick succession",
  deadHint: "Pressed and nothing happened",
  staysTag: "stays",
  more: (n: number): string => `Show ${whole(n)} more`,

  tags: {
    a: "Link",
    button: "Button",
    input: "Field",
    textarea: "Text field",
    select: "Choice",
    option: "Option",
    label: "Label",
    summary: "Fold-out",
    details: "Fold-out",
    img: "Image",
    picture: "Image",
    svg: "Icon",
    video: "Video",
    canvas: "Canvas",
    iframe: "Frame",
    p: "Paragraph",
    li: "List item",
    ul: "List",
    ol: "List",
    td: "Table cell",
    tr: "Table row",
    table: "Table",
    form: "Form",
    nav: "Navigation",
    header: "Header",
    footer: "Footer",
    main: "Main part",
    section: "Section",
    article: "Article",
    aside: "Aside",
    h1: "Heading",
    h2: "Heading",
    h3: "Heading",
    h4: "Heading",
    h5: "Heading",
    h6: "Heading",
    span: "Text",
    strong: "Text",
    em: "Text",
    b: "Text",
    i: "Text",
    div: "Block",
    body: "Page background",
    html: "Page background",
  } as { readonly [tag: string]: string },
  roles: {
    button: "Button",
    link: "Link",
    tab: "Tab",
    menuitem: "Menu item",
    checkbox: "Checkbox",
    switch: "Switch",
    radio: "Choice",
    option: "Option",
    dialog: "Dialog",
    navigation: "Navigation",
    img: "Image",
  } as { readonly [role: string]: string },
  otherTag: (tag: string): string => `<${tag}>`,
  quoted: (name: string): string => `“${name}”`,
  tagNumber: (tag: string, n: number): string => `${tag} ${n}`,
  tagIn: (tag: string, parent: string): string => `${tag} in ${parent}`,
  unnamed: "Unnamed element",

  emptyKind: {
    click: "No clicks here yet",
    move: "No pointer movement here yet",
    scroll: "No scrolling here yet",
  } as { readonly [kind in Kind]: string },
  emptyKindHint: (page: string, period: string): string =>
    `Nothing was recorded on ${page} with these settings (${period.toLowerCase()}). This picture fills by itself as visitors come.`,
  emptyScrollHint: "Scroll depth comes from the scrolls capture: check that the page’s snippet names it.",
  emptyMoveHint: "Movement comes from the moves capture: check that the page’s snippet names it.",
  tryAllWidths: "Show all widths",
  tryMonth: "Show the last 30 days",
  waiting: "Waiting for the first event",
  waitingHint: (site: string): string =>
    `Nothing has arrived for ${site} in the last 30 days. This page looks every two seconds and opens by itself.`,
  waitingSteps: [
    "Put the snippet on a page of your site. It needs the site’s public key (pk_…) and the relay’s address.",
    "Open that page in a browser. Turn off Do Not Track and Global Privacy Control for this test: both are honoured.",
    "Nothing after a minute? Look for a refused request in the browser’s network panel: its answer says what to mend.",
  ],
  quiet: (period: string): string => `No visits: ${period.toLowerCase()}`,
  quietHint: "Visits of this period appear here by themselves.",
  noSite: "This key opens no site yet",
  noSiteHint:
    "Name a site in the configuration of Isotherm, or sign in with another key. This page looks every two seconds.",

  trouble: {
    unreachable: "The collector does not answer. What you see is the last state; we keep trying.",
    rate_limited: "The collector asks for fewer questions. We slow down.",
    other: (message: string, requestId: string): string =>
      `The collector could not answer: ${message}${requestId === "" ? "" : ` (request ${requestId})`}`,
  },

  signIn: "Look at your numbers",
  signInHint: "Paste a read key. It opens the numbers of its site and changes nothing.",
  keyLabel: "Read key",
  keyExample: "rd_…",
  keyWrong: "A read key starts with rd_ and has 32 letters and digits after it.",
  keyRefused: "This key is not valid any more, or belongs to another collector. Make a new one and try again.",
  remember: "Stay signed in on this device",
  open: "Open",
  howTo: "No key at hand? On the server, run",
  howToCommand: "isotherm keys create read",
  asOf: (time: string, timeZone: string): string =>
    `Counts everything received until ${time} (${timeZone}). Looks again every two seconds.`,
} as const;
