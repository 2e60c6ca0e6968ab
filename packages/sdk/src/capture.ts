import type { Batch, Event, Page } from "@isotherm/protocol";
import type { IsothermErrorCode } from "./error.js";
import type { StartOptions } from "./options.js";
import type { Outbox, Waiting } from "./outbox/outbox.js";

/** One page in one tab, until the next navigation. What is known of it from the start wins over what the document says at a freeze. */
export type PageView = Pick<Page, "id" | "url" | "nav" | "vw" | "dpr"> & {
  -readonly [field in keyof Page]?: Page[field] | undefined;
};

type Loose<T> = {
  -readonly [field in keyof T]: T extends { readonly [name in field]: unknown } ? T[field] : T[field] | undefined;
};
type Draft<E> = E extends Event ? Loose<Omit<E, "t">> : never;

/** An event before it has a time. Its trail may go on growing until the freeze; fields that are undefined are absent. */
export type EventDraft = Draft<Event>;

/** Adds an event to the open batch of a page view, by default the current one. */
export type Emit = (event: EventDraft, page?: PageView) => void;

/** Ends a capture; a second call is harmless. `erase` where the visitor refuses: then what is kept on the device goes too. */
export type Stop = (erase?: boolean) => void;

/** A batch that still takes events. */
export interface OpenBatch {
  readonly id: string;
  /** When it began, in ms since 1970: its events count from there. */
  readonly at: number;
  readonly page: PageView;
  readonly events: Event[];
}

/** What the next batch says of its tab and its visitor. Additions may put `visitor`, `session` and `rate` here. */
export type Identity = { -readonly [field in "tab" | "seq" | "consent"]: Batch[field] } & {
  -readonly [field in "last" | "dropped" | "user" | "visitor" | "session" | "reset" | "rate"]?:
    | Batch[field]
    | undefined;
};

/** A press, as `clicks()` recorded it. Until the freeze, more can be said of it in `click`. */
export interface Press {
  readonly event: MouseEvent;
  readonly element: Element;
  readonly click: Extract<EventDraft, { readonly type: "click" }>;
  readonly view: PageView;
}

/** What a capture may use. */
export interface Context {
  readonly options: StartOptions;
  identity: Identity;
  /** The current page view; undefined while nothing is recorded. */
  readonly page: () => PageView | undefined;
  /** Says that the visitor did something, and answers with the page view it belongs to: after 30 idle minutes a new one. */
  readonly activity: () => PageView;
  /** Listens passively until the captures stop, in the capture phase unless told otherwise; what the listener throws goes to `onError`. */
  readonly listen: <E extends globalThis.Event>(
    target: EventTarget,
    type: string,
    listener: (event: E) => void,
    capture?: boolean,
  ) => unknown;
  /** Wraps a callback so that what it throws goes to `onError`, never to the page. */
  readonly guard: <A extends unknown[]>(act: (...args: A) => void) => (...args: A) => void;
  /** Tells `onError`. */
  readonly fail: (code: IsothermErrorCode, reason: unknown) => void;
  /** `complete` runs before each freeze, for a capture to finish the events that it still adds to. */
  readonly beforeFreeze: (complete: () => void) => unknown;
  /** Freezes the open batch, and sends what waits. */
  readonly freeze: () => void;
  /** The open batch of the current page view. What comes late for an earlier one is frozen at once. */
  open?: OpenBatch | undefined;
  /** Frozen batches that this tab has to send, oldest first; readable at once, because the page may be ending. */
  waiting: Waiting[];
  /** When the next attempt may be made, in ms since 1970. */
  pause: number;
  /** HTTP status of the last attempt; 0 where there was no answer. */
  status?: number;
  /** Where batches are kept beside that, if anywhere: `offline()` puts itself here. */
  outbox?: Outbox;
  /** Who is told of presses at once: what adds to `clicks()` puts itself here, by `onPress`. */
  presses?: Set<(press: Press) => void>;
  /** Whether events of a page view are left out: `sample()` puts itself here. @default none are */
  skips?: (view: PageView) => boolean;
  /** Sends a request: `gzip()` puts itself here. @default fetch */
  send?: (to: string, request: RequestInit) => Promise<Response>;
}

/** Anything that `use` takes: starts, and answers with how to stop. */
export type Capture = (emit: Emit, context: Context) => Stop;
