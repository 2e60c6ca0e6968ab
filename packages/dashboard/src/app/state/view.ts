import { type Metric, type WidthClass, widthClasses } from "@isotherm/protocol";

/** Periods that one press chooses; `30d` is what the collector answers when none is named. */
export const periods = ["day", "7d", "30d", "month"] as const;
export type PeriodName = (typeof periods)[number];

/** The six numbers in the order of their cards. */
export const metrics = ["visitors", "visits", "pageViews", "viewsPerVisit", "bounceRate", "visitDuration"] as const;

/** Heatmaps that can be looked at. */
export const kinds = ["click", "move", "scroll"] as const;
export type Kind = (typeof kinds)[number];

/** What heat is drawn on: a picture of the page, where a visitor's browser brought one, or paper. */
export const backgrounds = ["snapshot", "none"] as const;
export type Background = (typeof backgrounds)[number];

/** Everything that decides what is on screen. It lives in the address, so that a link shows the same. */
export interface View {
  /** Null stands for the first site that the key opens. */
  readonly site: string | null;
  /** Null stands for the most viewed page. */
  readonly page: string | null;
  readonly period: PeriodName;
  readonly metric: Metric;
  readonly kind: Kind;
  /** Null stands for the width class that most page views had; `all` adds them up. */
  readonly bucket: WidthClass | "all" | null;
  readonly background: Background;
}

export const firstView: View = {
  site: null,
  page: null,
  period: "30d",
  metric: "visitors",
  kind: "click",
  bucket: null,
  background: "snapshot",
};

/** Reads a width class from its text, in an address or a list of choices. */
export function readBucket(text: string | null): View["bucket"] {
  return text === "all" ? "all" : (widthClasses.find((value) => String(value) === text) ?? null);
}

/** Reads a view from an address's query; whatever is missing or unknown is as in `firstView`. */
export function readView(query: string): View {
  const given = new URLSearchParams(query);
  const oneOf = <T extends string>(name: string, allowed: readonly T[], otherwise: T): T =>
    allowed.find((value) => value === given.get(name)) ?? otherwise;
  return {
    site: given.get("site") || null,
    page: given.get("page") || null,
    period: oneOf("period", periods, firstView.period),
    metric: oneOf("metric", metrics, firstView.metric),
    kind: oneOf("kind", kinds, firstView.kind),
    bucket: readBucket(given.get("bucket")),
    background: oneOf("background", backgrounds, firstView.background),
  };
}

/** The query of a view, `?…`, without what is as in `firstView`; empty for that one. */
export function writeView(view: View): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(view)) {
    if (value !== null && value !== firstView[name as keyof View]) query.set(name, String(value));
  }
  const text = query.toString().replaceAll("%2F", "/");
  return text === "" ? "" : `?${text}`;
}
