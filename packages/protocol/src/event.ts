/** Values that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A flat or nested bag of a custom event's properties or a user's traits. */
export type Properties = { readonly [key: string]: Json };

interface Timed {
  /** Milliseconds since `batch.at`. */
  readonly t: number;
}

/** The page view began: exactly one per page view, in its first batch. */
export interface PageEvent extends Timed {
  readonly type: "page";
}

/** The scroll container that a press happened in, and how far it was scrolled, in pixels. */
export interface ClickBox {
  readonly el: string;
  readonly x: number;
  readonly y: number;
}

/** A press, numbered within its page view. */
export interface ClickEvent extends Timed {
  readonly type: "click";
  /** Its number within the page view, from 0. */
  readonly n: number;
  /** Document pixels; `y` is relative to the viewport where `fixed` is set. */
  readonly x: number;
  readonly y: number;
  /** The element's anchors, strict and loose, joined by a space. */
  readonly el: string;
  /** Position inside the element's box, in 1/32768 of its width and height, rounded down: 0 to 32767. */
  readonly ex: number;
  readonly ey: number;
  /** An ancestor is fixed or stuck. */
  readonly fixed?: boolean;
  readonly box?: ClickBox;
  /** It came from the keyboard. */
  readonly kb?: boolean;
  readonly rage?: boolean;
  /** The outbound address that the press opened. */
  readonly out?: string;
  /** The file that the press downloads. */
  readonly file?: string;
  /** The mouse button, where it is not the first. */
  readonly btn?: number;
}

/** The click with the number `of` turned out to do nothing. */
export interface DeadEvent extends Timed {
  readonly type: "dead";
  readonly of: number;
}

/** A pointer trail: `x, y` of its start in document pixels, then `dt, dx, dy` for each step (dt in milliseconds). */
export interface MoveEvent extends Timed {
  readonly type: "move";
  readonly path: readonly number[];
}

/** A scroll trail: `y` of its start, then `dt, dy` for each step. */
export interface ScrollEvent extends Timed {
  readonly type: "scroll";
  readonly path: readonly number[];
  /** Deepest visible edge so far in this page view, per mille of the document's height. */
  readonly max: number;
  /** The scroll container, where it is not the window. */
  readonly el?: string;
}

/** Time in view per 100 px band, and engaged time, both in milliseconds since the last `attention`. */
export interface AttentionEvent extends Timed {
  readonly type: "attention";
  readonly bands: readonly (readonly [band: number, ms: number])[];
  readonly engaged: number;
}

/** What happened in a form field, never its value or length. */
export interface InputEvent extends Timed {
  readonly type: "input";
  readonly el: string;
  readonly act: "focus" | "blur" | "change" | "submit";
}

/** A key's category, never the key. */
export interface KeyboardEvent extends Timed {
  readonly type: "keyboard";
  readonly cat: "navigation" | "editing" | "modifier" | "system" | "other";
}

/** What `track(name, props)` records. */
export interface CustomEvent extends Timed {
  readonly type: "custom";
  readonly name: string;
  readonly props?: Properties;
  /** It neither ends a bounce nor counts as activity. */
  readonly passive?: boolean;
}

/** A conversion, with revenue where it has one. */
export interface GoalEvent extends Timed {
  readonly type: "goal";
  readonly name: string;
  readonly value?: number;
  /** ISO 4217, as `EUR`. */
  readonly currency?: string;
}

/** A web vital, as web-vitals reports it. */
export interface VitalEvent extends Timed {
  readonly type: "vital";
  readonly name: "LCP" | "INP" | "CLS" | "FCP" | "TTFB";
  readonly value: number;
  readonly rating: "good" | "needs-improvement" | "poor";
}

/** An uncaught error. */
export interface ErrorEvent extends Timed {
  readonly type: "error";
  readonly message: string;
  readonly source?: string;
  readonly line?: number;
  readonly col?: number;
  readonly stack?: string;
}

/** `batch.user` is set from here on. */
export interface IdentifyEvent extends Timed {
  readonly type: "identify";
  readonly traits?: Properties;
}

/** A visitor saw a variant of an experiment. */
export interface ExposureEvent extends Timed {
  readonly type: "exposure";
  readonly experiment: string;
  readonly variant: string;
}

/** A page snapshot was uploaded under `ref`. */
export interface SnapshotEvent extends Timed {
  readonly type: "snapshot";
  readonly ref: string;
}

/** Everything that a batch of version 1 can hold. */
export type Event =
  | PageEvent
  | ClickEvent
  | DeadEvent
  | MoveEvent
  | ScrollEvent
  | AttentionEvent
  | InputEvent
  | KeyboardEvent
  | CustomEvent
  | GoalEvent
  | VitalEvent
  | ErrorEvent
  | IdentifyEvent
  | ExposureEvent
  | SnapshotEvent;

/** The name of an event type. */
export type EventType = Event["type"];
