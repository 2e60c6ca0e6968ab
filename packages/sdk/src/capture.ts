import type { Event, Navigation, Page, Properties } from "@isotherm/protocol";
import type { Outbox } from "./outbox/outbox.js";

/** One page in one tab, until the next navigation. */
export interface PageView {
  readonly id: string;
  /** Cleaned: see `cleanUrl`. */
  readonly url: string;
  readonly referrer: string | undefined;
  readonly nav: Navigation;
  /** Given by hand; otherwise the document's title at the freeze counts. */
  readonly title: string | undefined;
  /** What the page was like when it was left: later freezes for it use this. */
  facts?: Page;
}

type Draft<E> = E extends Event ? Omit<E, "t"> : never;

/** An event before it has a time. Its trail may go on growing until the freeze. */
export type EventDraft = Draft<Event>;

/** Adds an event to the open batch of a page view, by default the current one. */
export type Emit = (event: EventDraft, page?: PageView) => void;

/** Ends a capture; a second call is harmless. */
export type Stop = () => void;

/** What a capture may use. It lives from one run of the captures to their stop. */
export interface Context {
  /** The site's public key. */
  readonly key: string;
  /** Clock in ms since 1970. */
  readonly now: () => number;
  /** The current page view. */
  readonly page: () => PageView;
  /** Says that the visitor did something, and answers with the page view it belongs to: after 30 idle minutes a new one. */
  readonly activity: () => PageView;
  /** Listens in the capture phase, passively, until the captures stop; what the listener throws goes to `onError`. */
  readonly listen: <E extends globalThis.Event>(
    target: EventTarget,
    type: string,
    listener: (event: E) => void,
  ) => void;
  /** Wraps a callback so that what it throws goes to `onError`, never to the page. */
  readonly guard: <A extends unknown[]>(act: (...args: A) => void) => (...args: A) => void;
  /** Tells `onError`. */
  readonly fail: (error: unknown) => void;
  /** `complete` runs before each freeze, for a capture to finish the events that it still adds to. */
  readonly beforeFreeze: (complete: () => void) => void;
  /** Freezes every open batch now. */
  readonly freeze: () => void;
  /** The open batches as they would be frozen now. */
  readonly openBatches: () => readonly OpenBatch[];
  /** `beforeSend` for a batch that another tab left unfrozen; undefined where it refuses the batch. */
  readonly approve: (body: string) => string | undefined;
  readonly track: (name: string, props?: Properties) => void;
  /** Where frozen batches wait. `offline()` puts its own here. */
  outbox: Outbox;
}

/** An open batch, written ahead. */
export interface OpenBatch {
  readonly id: string;
  readonly tab: string;
  readonly seq: number;
  /** Events in it so far. */
  readonly n: number;
  /** Time of its first event. */
  readonly at: number;
  /** Its JSON. */
  readonly body: string;
}

/** Anything that `use` takes: starts, and answers with how to stop. */
export type Capture = (emit: Emit, context: Context) => Stop;
