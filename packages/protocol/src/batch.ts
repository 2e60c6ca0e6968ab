import type { Edge } from "./edge.js";
import type { Event } from "./event.js";

/**
 * How a page view came about: a document in the browser's own words, to which it may add
 * (https://www.w3.org/TR/navigation-timing-2/#sec-performance-navigation-types), or `load` where it says nothing; within a
 * document `push`, `replace` and `traverse`; `restore` from the back/forward cache; `manual` by hand. `resume` is activity
 * after 30 idle minutes: it counts a session, but no page view.
 */
export type Navigation =
  | "load"
  | "navigate"
  | "reload"
  | "back_forward"
  | "prerender"
  | "push"
  | "replace"
  | "traverse"
  | "restore"
  | "manual"
  | "resume"
  | (string & {});

/** The facts of one page view, written once per batch and never repeated per event. */
export interface Page {
  /** One page in one tab, until the next navigation. */
  readonly id: string;
  readonly url: string;
  readonly referrer?: string;
  readonly title?: string;
  readonly nav: Navigation;
  /** Width and height of the viewport, the document and the screen, in CSS pixels. */
  readonly vw: number;
  readonly vh: number;
  readonly dw: number;
  readonly dh: number;
  readonly sw: number;
  readonly sh: number;
  /** Device pixels per CSS pixel. */
  readonly dpr: number;
  readonly lang?: string;
  /** IANA time zone. */
  readonly tz?: string;
  readonly touch?: boolean;
  readonly webdriver?: boolean;
  /** Version of the page's layout, from a sender that can take a snapshot of it. */
  readonly layout?: string;
}

/** Why an event was dropped in the browser before it had a batch. */
export type DropReason = "size" | "quota" | "before_send";

/** What one page view produced in a few seconds; frozen when created, and only then sent. */
export interface Batch {
  /** UUIDv7 and idempotency key, reserved at the first event. */
  readonly id: string;
  /** One run of the SDK. */
  readonly tab: string;
  /** The tab's counter, from 0: a gap is a lost batch. */
  readonly seq: number;
  /** Nothing follows unless the page is restored. */
  readonly last?: boolean;
  /** Events that this tab discarded before they had a batch, by reason, since the batch before. */
  readonly dropped?: { readonly [reason in DropReason]?: number };
  /** Client clock of the first event, in ms since 1970. */
  readonly at: number;
  /** Absent in cookie-less mode. */
  readonly visitor?: string;
  /** Absent until `identify`. */
  readonly user?: string;
  /** A hint, and only with a stored id. */
  readonly session?: string;
  /** UUIDv7 of the last log-out in this run of the SDK: a server that remembers visitors forgets this one. */
  readonly reset?: string;
  /** The share that was sampled, above 0 and at most 1. */
  readonly rate?: number;
  readonly consent: "granted" | "unset";
  readonly page: Page;
  /** The SDK's version. */
  readonly sdk: string;
  /** At least one. */
  readonly events: readonly Event[];
}

/** A batch with what the first server knew about its request. */
export interface SealedBatch extends Batch {
  readonly edge: Edge;
}
