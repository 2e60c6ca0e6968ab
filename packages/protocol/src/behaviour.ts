import type { WithFolded } from "./folded.js";
import type { Answered, Period } from "./query.js";

/** Types of events that are counted by name. */
export type NamedEventType = "custom" | "goal" | "outbound" | "exposure";

/** How often something happened, and to how many. */
export interface Occurrences {
  readonly count: number;
  /** Visits in which it happened, and their distinct visitors. */
  readonly visits: number;
  readonly visitors: number;
}

/** A page of a list. */
export interface Listed {
  /** Rows in all. */
  readonly total: number;
  /** Pass it as `cursor` to get the next page. */
  readonly next?: string;
}

/** `GET /v1/sites/:id/events`: outbound links and downloads are named by their address, exposures as `experiment=variant`. */
export interface EventsAnswer extends Answered, Listed, WithFolded {
  readonly period: Period;
  readonly rows: readonly ({ readonly type: NamedEventType; readonly name: string } & Occurrences)[];
}

/** `GET /v1/sites/:id/properties`: the keys of an event's properties, or with `key` the values of one. */
export interface PropertiesAnswer extends Answered, Listed, WithFolded {
  readonly period: Period;
  /** The event's name; null for those of every name. */
  readonly event: string | null;
  readonly key: string | null;
  /** `count` is of events. */
  readonly rows: readonly ({ readonly value: string } & Occurrences)[];
  /** Batches that an older program stored have yet to be read for this. */
  readonly partial?: true;
}

/** A sum of money. */
export interface Revenue {
  /** ISO 4217; null where a goal named none. */
  readonly currency: string | null;
  readonly value: number;
}

/** `GET /v1/sites/:id/goals` */
export interface GoalsAnswer extends Answered, Listed, WithFolded {
  readonly period: Period;
  /** Distinct visitors of the period, whom the rates refer to. */
  readonly visitors: number;
  readonly rows: readonly {
    readonly name: string;
    readonly conversions: number;
    /** Distinct converting visitors, and their share of all, 0 to 1. */
    readonly visitors: number;
    readonly rate: number;
    /** By currency, in the order of their names. */
    readonly revenue: readonly Revenue[];
  }[];
}

/** A step of a funnel: a page, with `*` at its end any that begins so, or a custom event or goal by its name. */
export type FunnelStep = readonly [type: "page" | "event" | "goal", name: string];

/** `GET /v1/sites/:id/funnel` */
export interface FunnelAnswer extends Answered {
  readonly period: Period;
  /** Days from a visitor's first step within which the others count. */
  readonly window: number;
  readonly steps: readonly {
    readonly step: FunnelStep;
    /** Distinct visitors who took this step and all before it, in order. */
    readonly visitors: number;
    /** Shares of those of the first step and of the step before, 0 to 1; 0 where there are none. */
    readonly ofFirst: number;
    readonly ofPrevious: number;
  }[];
}

/** `GET /v1/sites/:id/retention` */
export interface RetentionAnswer extends Answered {
  readonly period: Period;
  readonly interval: "day" | "week" | "month";
  /** Distinct visitors of the period, and those of them with a stored id: the answer speaks of these alone. */
  readonly visitors: number;
  readonly known: number;
  /** Visitors by the interval in which they were first seen, oldest first. */
  readonly cohorts: readonly {
    /** First local day of the interval, also where the period begins later. */
    readonly from: string;
    readonly visitors: number;
    /** Of these, seen in the interval itself, in the next one, and so on to the end of the period; shares are 0 to 1. */
    readonly seen: readonly { readonly visitors: number; readonly share: number }[];
  }[];
}

/** Where visits went from a page, or came from. */
export interface JourneyStep {
  /** Null where the visit ended or began there. */
  readonly page: string | null;
  readonly count: number;
  /** Of all times that the page was seen, 0 to 1. */
  readonly share: number;
}

/** `GET /v1/sites/:id/journeys` */
export interface JourneysAnswer extends Answered {
  readonly period: Period;
  readonly page: string;
  /** Times that the page was come to; reloads of it are no step. */
  readonly views: number;
  readonly next: readonly JourneyStep[];
  readonly previous: readonly JourneyStep[];
}

/** Names of the web vitals. */
export type VitalName = "LCP" | "INP" | "CLS" | "FCP" | "TTFB";

/** One metric: CLS without unit, all others in milliseconds. */
export interface VitalNumbers {
  readonly name: VitalName;
  /** The 75th percentile, by nearest rank, and how it is rated. */
  readonly p75: number;
  readonly rating: "good" | "needs-improvement" | "poor";
  readonly count: number;
  /** Measurements by rating. */
  readonly good: number;
  readonly needsImprovement: number;
  readonly poor: number;
}

/** `GET /v1/sites/:id/vitals` */
export interface VitalsAnswer extends Answered, Listed, WithFolded {
  readonly period: Period;
  /** Of all pages together, those that were measured. */
  readonly metrics: readonly VitalNumbers[];
  /** Pages, most measurements first. */
  readonly rows: readonly {
    readonly page: string;
    readonly count: number;
    readonly metrics: readonly VitalNumbers[];
  }[];
}

/** `GET /v1/sites/:id/errors` */
export interface ErrorsAnswer extends Answered, Listed, WithFolded {
  readonly period: Period;
  readonly rows: readonly ({
    readonly message: string;
    /** Different pages on which it happened. */
    readonly pages: number;
    /** First and last time in the period, in ms since 1970. */
    readonly first: number;
    readonly last: number;
  } & Occurrences)[];
}

/** `GET /v1/sites/:id/forms`; everything is counted in visits, by page. */
export interface FormsAnswer extends Answered, Listed, WithFolded {
  readonly period: Period;
  readonly rows: readonly {
    readonly page: string;
    /** Visits that entered a field there, or sent a form. */
    readonly started: number;
    readonly sent: number;
    /** sent / started, 0 to 1. */
    readonly completion: number;
    /** Forms by anchor, most sent first. */
    readonly forms: readonly { readonly anchor: string; readonly sent: number }[];
    /** Fields by anchor, most entered first; `left` ones were the last that a visit touched there without sending a form. */
    readonly fields: readonly {
      readonly anchor: string;
      readonly entered: number;
      readonly changed: number;
      readonly left: number;
    }[];
  }[];
  /** Batches that an older program stored have yet to be read for this. */
  readonly partial?: true;
}

/** `GET /v1/sites/:id/realtime`, as one answer or as a stream of them. */
export interface RealtimeAnswer extends Answered {
  /** Distinct visitors with an event in the last five minutes. */
  readonly current: number;
  /** Where they are and came from, most first, ten of each at most. */
  readonly pages: readonly { readonly value: string; readonly visitors: number }[];
  readonly sources: readonly { readonly value: string; readonly visitors: number }[];
  readonly countries: readonly { readonly value: string; readonly visitors: number }[];
  /** Page views of each of the last 30 minutes, oldest first. */
  readonly minutes: readonly number[];
}
