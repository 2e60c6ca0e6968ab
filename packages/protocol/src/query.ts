import type { WithFolded } from "./folded.js";

/** A range of whole local days of the site, both ends included, as `2026-11-21`. */
export interface Period {
  readonly from: string;
  readonly to: string;
  /** IANA time zone of the site. */
  readonly timeZone: string;
}

/** What every answer of the query API carries. */
export interface Answered {
  /** The newest acknowledged batch that this answer knows was received at or before this time, in ms since 1970. */
  readonly asOf: number;
}

/**
 * Why a visit is kept apart from people's: a browser that a program drives, an agent or crawler of an AI, a monitor of
 * availability or speed, a referrer made up to be seen in reports, a network of servers where no people sit, or any other crawler.
 */
export type BotClass = "headless" | "assistant" | "monitoring" | "spam" | "hosting" | "crawler";

/** The six numbers; see docs/definitions.md. Rates are 0 to 1, durations milliseconds. */
export interface SixNumbers {
  readonly visitors: number;
  readonly visits: number;
  readonly pageViews: number;
  readonly viewsPerVisit: number;
  readonly bounceRate: number;
  readonly visitDuration: number;
}

/** Says of an answer that days which another tool has counted are among its numbers. */
interface WithImported {
  readonly imported?: true;
}

/** `GET /v1/sites/:id/summary` */
export interface SummaryAnswer extends Answered, WithImported {
  readonly period: Period;
  readonly numbers: SixNumbers;
  /** The same numbers of the days that it is compared with; absent with `compare=none`. */
  readonly comparison?: { readonly period: Period; readonly numbers: SixNumbers } & WithImported;
  /** Distinct visitors with an event in the last five minutes. */
  readonly current: number;
}

/** Names that a series can draw. */
export type Metric = keyof SixNumbers;

/** `GET /v1/sites/:id/series` */
export interface SeriesAnswer extends Answered, WithImported {
  readonly period: Period;
  readonly metric: Metric;
  readonly interval: "hour" | "day";
  /** One per interval without gaps. */
  readonly points: readonly SeriesPoint[];
  /**
   * The same of the days that it is compared with, in their order: the nth day stands beside the nth, and an hour beside the
   * one of the same day that `at` calls by the same time. Only where all days have 24 hours is that the nth beside the nth.
   */
  readonly comparison?: { readonly period: Period; readonly points: readonly SeriesPoint[] } & WithImported;
}

/** One interval; `at` is local time, as `2026-11-21` or `2026-11-21T14:00`. */
export interface SeriesPoint {
  readonly at: string;
  readonly value: number;
  /** The interval is not over yet. */
  readonly partial?: true;
}

/**
 * What a breakdown can group by. `page`, `entry` and `exit` are normalised paths; versions hold the name too, as
 * `Firefox 140`.
 */
export type Dimension =
  | "page"
  | "entry"
  | "exit"
  | "source"
  | "medium"
  | "campaign"
  | "term"
  | "content"
  | "channel"
  | "referrer"
  | "device"
  | "vendor"
  | "model"
  | "browser"
  | "browserVersion"
  | "system"
  | "systemVersion"
  | "country"
  | "eu"
  | "region"
  | "city"
  | "timeZone"
  | "network"
  | "org"
  | "asn"
  | "language"
  | "event";

/** One value of a dimension. `pageViews` counts views of that page for `page`, and events for `event`. */
export interface BreakdownRow {
  readonly value: string;
  readonly visitors: number;
  readonly visits: number;
  readonly pageViews: number;
  readonly bounceRate: number;
  readonly visitDuration: number;
}

/** `GET /v1/sites/:id/breakdown` */
export interface BreakdownAnswer extends Answered, WithImported, WithFolded {
  readonly period: Period;
  readonly dimension: Dimension;
  readonly rows: readonly BreakdownRow[];
  /** Distinct values in all. */
  readonly total: number;
  /** Pass it as `cursor` to get the next page. */
  readonly next?: string;
}

/** `GET /v1/sites/:id/bots`: the machines, which are in none of the other numbers, by class. */
export interface BotsAnswer extends Answered {
  readonly period: Period;
  /** Most visits first. */
  readonly rows: readonly {
    readonly class: BotClass;
    readonly visitors: number;
    readonly visits: number;
    readonly pageViews: number;
  }[];
}

/** A page that has been seen in the period, for choosing one: `GET /v1/sites/:id/pages`. */
export interface PagesAnswer extends Answered, WithFolded {
  readonly period: Period;
  readonly pages: readonly {
    readonly page: string;
    readonly title: string;
    readonly views: number;
    readonly clicks: number;
  }[];
}

/** One visit in a list. */
export interface SessionRow {
  readonly id: string;
  readonly visitor: string;
  readonly user: string | null;
  /** First and last activity, in ms since 1970. */
  readonly start: number;
  readonly end: number;
  readonly duration: number;
  readonly engaged: number;
  readonly pageViews: number;
  readonly clicks: number;
  readonly events: number;
  readonly bounce: boolean;
  readonly entry: string;
  readonly exit: string;
  readonly source: string;
  readonly channel: string;
  readonly device: string;
  readonly browser: string;
  readonly system: string;
  readonly country: string | null;
}

/** `GET /v1/sites/:id/sessions` */
export interface SessionsAnswer extends Answered {
  readonly period: Period;
  /** Newest first. */
  readonly sessions: readonly SessionRow[];
  readonly next?: string;
}

/** One line of a visit's timeline. */
export interface TimelineEntry {
  /** ms since 1970, corrected for the client's clock. */
  readonly at: number;
  readonly page: string;
  readonly type: string;
  /** The event's own fields, as sent, without trails. */
  readonly detail: { readonly [key: string]: unknown };
}

/** `GET /v1/sessions/:id` */
export interface SessionAnswer extends Answered {
  readonly session: SessionRow;
  readonly pageViews: readonly {
    readonly id: string;
    readonly page: string;
    readonly title: string;
    readonly at: number;
    /** Engaged milliseconds; 0 where `attention` was not captured. */
    readonly engaged: number;
    /** Deepest scroll, per mille of the document's height; null where scrolls were not captured. */
    readonly depth: number | null;
  }[];
  readonly timeline: readonly TimelineEntry[];
}

/** `GET /v1/sites/:id/delivery` */
export interface DeliveryAnswer extends Answered {
  readonly period: Period;
  /** Tabs seen, and those that never said `last`. */
  readonly tabs: number;
  readonly open: number;
  /** Batches stored, copies that were absorbed, and batches known to be missing. */
  readonly received: number;
  readonly duplicates: number;
  /** Gaps younger than 14 days. */
  readonly pending: number;
  /** Gaps older than that, and discards that the client reported. */
  readonly lost: number;
  /** Events that clients dropped before a batch, by reason. */
  readonly dropped: { readonly [reason: string]: number };
  /** Batches that clients discarded, by reason. */
  readonly gone: { readonly [reason: string]: number };
  /** received / (received + pending + lost), 0 to 1: an upper bound while tabs are open. Null without any batch. */
  readonly rate: number | null;
}

/** `GET /v1/sites`: the sites that the read key opens. */
export interface SitesAnswer {
  readonly sites: readonly {
    readonly id: string;
    readonly name: string;
    readonly timeZone: string;
    readonly demo: boolean;
  }[];
}
